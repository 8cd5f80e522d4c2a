import { request } from 'node:https';
import { base } from './place.ts';

type Question = { method?: string; headers?: Record<string, string>; body?: string };
type Reply = { status: number; location: string | null; text: string };

/**
 * Asks the server over a connection of its own. `fetch` keeps one for HTTP/2 from one test to the next, and has failed
 * ("GOAWAY" frame received) when the edge ended it meanwhile.
 */
export const ask = (path: string, { method = 'GET', headers = {}, body }: Question = {}): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const sent = request(`${base}${path}`, { method, headers, agent: false, timeout: 30_000 }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? null, text });
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer'))).on('error', reject);
    sent.end(body);
  });
