import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { openHttp2Client } from './http2-client.ts';
import { httpPort } from './place.ts';
import { setting, shorten } from './stack.ts';

export type Failure = { at: number; method: string; what: string };

export type LoadResult = {
  gets: number;
  posts: number;
  failures: Failure[];
  /** Requests of HTTP/2 that were sent once more, as the edge said that it had not begun them. */
  again: number;
  /** Longest time of an answered GET in milliseconds. */
  slowest: number;
};

/** Ends with its scope, too: a load that outlives a test that failed would fail those behind it. */
export type Load = AsyncDisposable & {
  readonly result: LoadResult;
  /** Ends the load when every request in flight is answered. */
  stop(): Promise<LoadResult>;
};

type Options = { connections?: number; pause?: number; postEvery?: number; protocol?: 'HTTP/1.1' | 'HTTP/2' };

const patience = 10_000;

/** Resolves with the status of a whole answer. */
type Send = (method: string, path: string, headers: Record<string, string>, body: string) => Promise<number>;

const sendThrough =
  (agent: Agent): Send =>
  (method, path, headers, body) =>
    new Promise((resolve, reject) => {
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

const headersOf = (key: string, body: string): Record<string, string> =>
  body === ''
    ? {}
    : {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'idempotency-key': randomUUID(),
      };

/**
 * Keep-alive clients that follow a link and create new ones through nginx until they are stopped. `pause` is the time
 * in milliseconds between an answer and the client's next request; of `postEvery` requests one creates, the others
 * follow. A create has an Idempotency-Key, as of a client who wants it done once; the client itself repeats nothing, but
 * what the protocol says was not begun (HTTP/2, which is spoken over TLS).
 */
export async function startLoad(options: Options = {}): Promise<Load> {
  const { connections = 16, pause = 20, postEvery = 10, protocol = 'HTTP/1.1' } = options;
  const [code, key] = await Promise.all([shorten('https://example.com/load'), setting('API_KEY')]);
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  const result: LoadResult = { gets: 0, posts: 0, failures: [], again: 0, slowest: 0 };
  const others = protocol === 'HTTP/2' ? Array.from({ length: connections }, () => openHttp2Client(patience)) : [];
  let going = true;
  async function once(post: boolean, send: Send): Promise<void> {
    const at = Date.now();
    const method = post ? 'POST' : 'GET';
    const body = post ? JSON.stringify({ url: 'https://example.com/made' }) : '';
    const fail = (what: string) => result.failures.push({ at, method, what });
    try {
      const status = await send(method, post ? '/shorten' : `/${code}`, headersOf(key, body), body);
      if (status !== (post ? 201 : 302)) fail(String(status));
    } catch (error) {
      fail((error as NodeJS.ErrnoException).code ?? (error as Error).message);
    }
    result[post ? 'posts' : 'gets'] += 1;
    if (!post) result.slowest = Math.max(result.slowest, Date.now() - at);
  }
  const clients = Array.from({ length: connections }, async (_, client) => {
    const send = others[client]?.send ?? sendThrough(agent);
    for (let count = client; going; count += 1) {
      await once(count % postEvery === postEvery - 1, send);
      if (pause > 0) await sleep(pause);
    }
  });
  const stop = async (): Promise<LoadResult> => {
    going = false;
    await Promise.all(clients);
    agent.destroy();
    for (const other of others) other.close();
    result.again = others.reduce((sum, { again }) => sum + again(), 0);
    return result;
  };
  return { result, stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}
