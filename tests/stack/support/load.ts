import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { httpPort } from './place.ts';
import { setting, shorten } from './stack.ts';

export type Failure = { at: number; method: string; what: string };

export type LoadResult = {
  gets: number;
  posts: number;
  failures: Failure[];
  /** Longest time of an answered GET in milliseconds. */
  slowest: number;
};

/** Ends with its scope, too: a load that outlives a test that failed would fail those behind it. */
export type Load = AsyncDisposable & {
  readonly result: LoadResult;
  /** Ends the load when every request in flight is answered. */
  stop(): Promise<LoadResult>;
};

type Options = { connections?: number; pause?: number; postEvery?: number };

const patience = 10_000;

const send = (agent: Agent, method: string, path: string, key: string, body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = body
      ? {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'idempotency-key': randomUUID(),
        }
      : {};
    const options = { agent, host: '127.0.0.1', port: httpPort, method, path, headers, timeout: patience };
    const sent = request(options, (response) => {
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
      response.resume();
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject);
    sent.end(body);
  });

/**
 * Keep-alive clients that follow a link and create new ones through nginx until they are stopped. `pause` is the time
 * in milliseconds between an answer and the client's next request; of `postEvery` requests one creates, the others
 * follow. A create has an Idempotency-Key, as of a client who wants it done once; the client itself repeats nothing.
 */
export async function startLoad({ connections = 16, pause = 20, postEvery = 10 }: Options = {}): Promise<Load> {
  const [code, key] = await Promise.all([shorten('https://example.com/load'), setting('API_KEY')]);
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  const result: LoadResult = { gets: 0, posts: 0, failures: [], slowest: 0 };
  let going = true;
  async function once(post: boolean): Promise<void> {
    const at = Date.now();
    const method = post ? 'POST' : 'GET';
    const body = post ? JSON.stringify({ url: 'https://example.com/made' }) : '';
    const fail = (what: string) => result.failures.push({ at, method, what });
    try {
      const status = await send(agent, method, post ? '/shorten' : `/${code}`, key, body);
      if (status !== (post ? 201 : 302)) fail(String(status));
    } catch (error) {
      fail((error as NodeJS.ErrnoException).code ?? (error as Error).message);
    }
    result[post ? 'posts' : 'gets'] += 1;
    if (!post) result.slowest = Math.max(result.slowest, Date.now() - at);
  }
  const clients = Array.from({ length: connections }, async (_, client) => {
    for (let count = client; going; count += 1) {
      await once(count % postEvery === postEvery - 1);
      if (pause > 0) await sleep(pause);
    }
  });
  const stop = async (): Promise<LoadResult> => {
    going = false;
    await Promise.all(clients);
    agent.destroy();
    return result;
  };
  return { result, stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}
