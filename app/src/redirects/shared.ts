import type { ShortCode } from '../codes/short-code.ts';
import type { RedisClient } from '../platform/redis.ts';
import { keyOf, keysOf } from './entry.ts';

/** The shared cache store, on the connection on which changes are told. Everything fails within the store's time-out. */
export type Shared = {
  /** Listens for every code that anybody forgets from now on, and for moved epochs; answers which run of the store this is. */
  listen(onForgotten: (code: string) => void, onEpoch: (epoch: number) => void): Promise<string>;
  /** What there is for codes, in their order. */
  read(codes: readonly ShortCode[]): Promise<(string | null)[]>;
  /** Marks a code as being filled by us; what is there of no use goes. False: somebody else fills it. */
  acquire(code: ShortCode, token: string, useless: boolean): Promise<boolean>;
  /** Puts an entry in the place of our token. False: a change came first. */
  fill(code: ShortCode, token: string, entry: string, ttl: number): Promise<boolean>;
  /** Deletes codes in every format, tokens included, and tells every replica. */
  remove(codes: readonly ShortCode[]): Promise<void>;
  /** Tells every replica that the epoch has moved. */
  announceEpoch(epoch: number): Promise<void>;
};

/** A filler that died lets others fill after this long. Longer than a query may take. */
const tokenLife = 3_000;
const codesACommand = 500;
/** Commands with so many codes under way at once: the sign of life of this connection is not to wait behind more. */
const commandsAtOnce = 4;

/** Where forgotten codes are announced, joined by blanks. */
const channel = 'shortstack:forget';
/** Begins an announced epoch, and no code. */
const epochMark = '*';

const fillScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`;

/** A run's id as INFO tells it, short. Redis and Valkey name it alike. */
const runOf = (info: string): string => /run_id:([0-9a-f]{8})/.exec(info)?.[1] ?? '';

/** Puts the commands that redirects need on a connection that speaks RESP3. */
export function createShared(client: RedisClient): Shared {
  let listening = false;
  return {
    async listen(onForgotten, onEpoch) {
      const onMessage = (text: string): void => {
        if (text.startsWith(epochMark)) onEpoch(Number(text.slice(epochMark.length)));
        else text.split(' ').forEach(onForgotten);
      };
      const [info] = await Promise.all([
        client.sendCommand(['INFO', 'server']),
        listening || client.subscribe(channel, onMessage),
      ]);
      // The client renews it with each connection, before that is ready.
      listening = true;
      return runOf(String(info));
    },
    read: (codes) => client.mGet(codes.map(keyOf)),
    async acquire(code, token, useless) {
      const key = keyOf(code);
      const cleared = useless ? client.del(key) : undefined;
      const taken = client.set(key, token, { condition: 'NX', expiration: { type: 'PX', value: tokenLife } });
      const [answer] = await Promise.all([taken, cleared]);
      return answer === 'OK';
    },
    async fill(code, token, entry, ttl) {
      const answer = await client.eval(fillScript, { keys: [keyOf(code)], arguments: [token, entry, String(ttl)] });
      return answer === 1;
    },
    async remove(codes) {
      const chunks = Array.from({ length: Math.ceil(codes.length / codesACommand) }, (_, index) =>
        codes.slice(index * codesACommand, (index + 1) * codesACommand),
      );
      for (let at = 0; at < chunks.length; at += commandsAtOnce) {
        const told = chunks
          .slice(at, at + commandsAtOnce)
          .flatMap((chunk) => [client.del(chunk.flatMap(keysOf)), client.publish(channel, chunk.join(' '))]);
        await Promise.all(told);
      }
    },
    async announceEpoch(epoch) {
      await client.publish(channel, epochMark + epoch);
    },
  };
}
