import { setImmediate as nextTurn } from 'node:timers/promises';
import { createClient, type RedisClientOptions } from 'redis';
import { every } from './every.ts';
import { rememberedLookup } from './remembered-lookup.ts';

type Options = {
  url: string;
  /** Name shown in CLIENT LIST. */
  name: string;
  /**
   * Longest wait for an answer, in milliseconds. A connection whose commands block (XREADGROUP … BLOCK) takes a longer
   * one than they block.
   */
  timeout: number;
  onError: (error: Error) => void;
  /** Called with the time (performance.now) at which a PING was sent, when the store has answered it. */
  onBeat?: (sentAt: number) => void;
  extra?: RedisClientOptions;
};

export type RedisClient = ReturnType<typeof connectionTo>;

const mostBetweenTries = 250;
/** Commands that may wait for one connection; more are refused at once. */
const mostPending = 20_000;

const connectionTo = ({ url, name, timeout, extra }: Options) =>
  createClient({
    ...extra,
    url,
    name,
    RESP: 3,
    // A command for a store that is away fails at once: nothing may queue up behind it.
    disableOfflineQueue: true,
    commandsQueueMaxLength: mostPending,
    // The package's own time-out ends when a command is written, and costs an AbortSignal each: see dropWhenSilent.
    commandOptions: { timeout: 0 },
    socket: {
      connectTimeout: Math.max(timeout, 200),
      // Ends a greeting that a paused store does not answer. Later the heartbeat keeps the connection from being idle.
      socketTimeout: Math.max(4 * timeout, 1_000),
      reconnectStrategy: (tries: number) => Math.min(50 * (tries + 1), mostBetweenTries),
      keepAlive: true,
      noDelay: true,
      lookup: rememberedLookup,
    },
  });

/** Whether the store answers a PING within the limit. A slow turn of our own is not held against it. */
async function answersPing(client: RedisClient, limit: number, onBeat: (sentAt: number) => void): Promise<boolean> {
  const sentAt = performance.now();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(async () => {
    // What arrived while this process was busy is read after the timers.
    await nextTurn();
    await nextTurn();
    resolve(false);
  }, limit);
  client.ping().then(
    () => {
      onBeat(sentAt);
      resolve(true);
    },
    // Refused at once: there is no connection to drop.
    () => resolve(true),
  );
  return promise.finally(() => clearTimeout(timer));
}

/**
 * A paused store closes no connection and answers nothing. A PING asked every third of the time-out must be answered
 * within two thirds, else the connection is dropped: all that waits for it fails, and it is made anew. So no command
 * waits longer than the time-out.
 */
function dropWhenSilent(client: RedisClient, { timeout, onBeat = () => {}, onError }: Options): AsyncDisposable {
  const ending = new AbortController();
  const task = async () => {
    if (!client.isReady || (await answersPing(client, (2 * timeout) / 3, onBeat)) || !client.isReady) return;
    client.destroy();
    client.connect().catch(onError);
  };
  const over = every(task, {
    interval: timeout / 3,
    signal: ending.signal,
    onError: (error) => onError(error as Error),
  });
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      client.destroy();
      await over;
    },
  };
}

/**
 * A connection to a Redis-compatible store that comes back by itself. It is handed out before it is connected: whether
 * it is there shows at each command, which fails at once while it is not, and within the time-out when the store is
 * paused or unreachable.
 */
export function createRedis(options: Options): RedisClient & AsyncDisposable {
  const client = connectionTo(options);
  client.on('error', options.onError);
  client.connect().catch(options.onError);
  return Object.assign(client, dropWhenSilent(client, options));
}
