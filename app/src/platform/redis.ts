import { createClient, type RedisClientOptions } from 'redis';

type Options = {
  url: string;
  /** Name shown in CLIENT LIST. */
  name: string;
  /** Longest wait for an answer, in milliseconds. */
  timeout: number;
  onError: (error: Error) => void;
  extra?: RedisClientOptions;
};

export type RedisClient = ReturnType<typeof connectionTo>;

const mostBetweenTries = 500;

const connectionTo = ({ url, name, timeout, extra }: Options) =>
  createClient({
    ...extra,
    url,
    name,
    RESP: 3,
    // A command for a store that is away fails at once: nothing may queue up behind it.
    disableOfflineQueue: true,
    commandOptions: { timeout },
    socket: {
      connectTimeout: Math.max(timeout, 200),
      reconnectStrategy: (tries: number) => Math.min(50 * (tries + 1), mostBetweenTries),
      keepAlive: true,
      noDelay: true,
    },
  });

/**
 * A connection to a Redis-compatible store that comes back by itself. It is handed out before it is connected: whether
 * it is there shows at each command, which fails at once while it is not.
 */
export function createRedis(options: Options): RedisClient & AsyncDisposable {
  const client = connectionTo(options);
  client.on('error', options.onError);
  client.connect().catch(options.onError);
  return Object.assign(client, { [Symbol.asyncDispose]: async () => client.destroy() });
}
