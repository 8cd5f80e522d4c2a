import { once } from 'node:events';
import { RESP_TYPES } from 'redis';
import type { Send } from '../clicks/queue.ts';
import { createRedis, type RedisClient } from '../platform/redis.ts';

const typeMapping = { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.MAP]: Array } as const;
const patience = 5_000;

/** Commands in and out as bytes. */
export const sender =
  (client: RedisClient): Send =>
  (args) =>
    client.sendCommand(args as (string | Buffer)[], { typeMapping });

/** The queue for a command, which can wait until it is connected. */
export function openQueue(url: string) {
  let last: Error | undefined;
  const onError = (error: Error) => {
    last = error;
  };
  const client = createRedis({ url, name: 'shortstack-command', timeout: patience, onError });
  return {
    /** Asks it something once it is there; an error after 5 s. */
    async whenReady<T>(ask: (send: Send) => Promise<T>): Promise<T> {
      const signal = AbortSignal.timeout(patience);
      if (!client.isReady) await once(client, 'ready', { signal }).catch((error) => Promise.reject(last ?? error));
      return ask(sender(client));
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}
