import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

export type LoadResult = { gets: number; posts: number; failures: string[] };
export type Load = { stop(): Promise<LoadResult> };

const clients = 8;
const pause = 25;
const postEvery = 10;

function send(agent: Agent, base: string, path: string, key: string | undefined): Promise<number> {
  const body = key === undefined ? '' : JSON.stringify({ url: 'https://www.example.org/made-under-load' });
  const headers =
    key === undefined
      ? {}
      : { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const sent = request(`${base}${path}`, {
      agent,
      method: key === undefined ? 'GET' : 'POST',
      headers,
      timeout: 10_000,
    });
    sent.on('response', (response) =>
      response
        .resume()
        .on('end', () => resolve(response.statusCode ?? 0))
        .on('error', reject),
    );
    sent.on('timeout', () => sent.destroy(new Error('no answer'))).on('error', reject);
    sent.end(body);
  });
}

/** Keep-alive clients that follow a link and make new ones until they are stopped; nothing is tried twice. */
export function startLoad(base: string, key: string, code: string): Load {
  // In turn, so that none rests for longer than nginx keeps it when it is reloaded.
  const agent = new Agent({ keepAlive: true, maxSockets: clients, scheduling: 'fifo', rejectUnauthorized: false });
  const result: LoadResult = { gets: 0, posts: 0, failures: [] };
  let going = true;
  async function once(post: boolean): Promise<void> {
    const status = await send(agent, base, post ? '/shorten' : `/${code}`, post ? key : undefined).catch(
      (error: Error) => error.message,
    );
    result[post ? 'posts' : 'gets'] += 1;
    if (status !== (post ? 201 : 302))
      result.failures.push(`${new Date().toISOString()} ${post ? 'POST' : 'GET'} ${status}`);
  }
  const running = Array.from({ length: clients }, async (_, client) => {
    for (let count = client; going; count += 1) {
      await once(count % postEvery === 0);
      await sleep(pause);
    }
  });
  return {
    async stop() {
      going = false;
      await Promise.all(running);
      agent.destroy();
      return result;
    },
  };
}
