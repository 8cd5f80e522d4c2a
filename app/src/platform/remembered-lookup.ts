import type { LookupAddress, LookupAllOptions, LookupOptions } from 'node:dns';
import { lookup as resolveByName } from 'node:dns/promises';
import { type LookupFunction, Socket } from 'node:net';
import { errorCode } from './error-code.ts';

type Resolve = (hostname: string, options: LookupAllOptions) => Promise<LookupAddress[]>;
type Options = {
  resolve?: Resolve;
  /** How long a name server may take, in milliseconds, before what is known is used instead. */
  patience?: number;
};

/** The name server's word that there is no such name: what was known of it is no longer true. */
const isAnswer = (error: unknown): boolean => errorCode(error) === 'ENOTFOUND';

/**
 * A `lookup` for sockets that remembers: while the name server is away or does not answer, a name leads where it last led.
 * In a container the name server is the engine, and a store must not be out of reach because the engine is updated.
 * A name is asked for once at a time, as a question without an answer holds one of Node's four threads for seconds.
 */
export function createLookup({ resolve = resolveByName, patience = 100 }: Options = {}): LookupFunction {
  const known = new Map<string, LookupAddress[]>();
  const asked = new Map<string, Promise<LookupAddress[]>>();

  const ask = (key: string, hostname: string, options: LookupAllOptions): Promise<LookupAddress[]> => {
    const before = asked.get(key);
    if (before) return before;
    const question = resolve(hostname, options)
      .then((addresses) => {
        known.set(key, addresses);
        return addresses;
      })
      .catch((error: unknown) => {
        if (isAnswer(error)) known.delete(key);
        const last = known.get(key);
        if (last) return last;
        throw error;
      })
      .finally(() => asked.delete(key));
    asked.set(key, question);
    return question;
  };

  const find = async (hostname: string, options: LookupOptions): Promise<LookupAddress[]> => {
    const key = `${hostname} ${options.family ?? 0} ${options.hints ?? 0}`;
    const question = ask(key, hostname, { ...options, all: true });
    const last = known.get(key);
    if (!last) return await question;
    const late = Promise.withResolvers<LookupAddress[]>();
    const timer = setTimeout(() => late.resolve(last), patience);
    return await Promise.race([question, late.promise]).finally(() => clearTimeout(timer));
  };

  return (hostname, options, callback) => {
    find(hostname, options).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all || !first) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}

/** The one of this process, for all its connections to stores. */
export const rememberedLookup = createLookup();

/** A socket for pg, which connects it to a port of a host, or to the path of a unix socket. */
export function databaseSocket(): Socket {
  const socket = new Socket();
  const plain = socket.connect.bind(socket);
  const connect = (portOrPath: number | string, host = 'localhost'): Socket =>
    typeof portOrPath === 'string' ? plain(portOrPath) : plain({ port: portOrPath, host, lookup: rememberedLookup });
  return Object.assign(socket, { connect });
}
