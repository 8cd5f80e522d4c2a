import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { codeOf } from '../../../k6/lib/links.ts';
import { createTally } from '../../src/chaos/tally.ts';
import { startTraffic } from '../../src/chaos/traffic.ts';
import { locationOf } from './fixtures.ts';

/** A service that answers as it is told, and traffic on it until it has seen so many requests. */
async function trafficOn(listener: RequestListener, until: number, times = 1) {
  const seen: { method: string; url: string }[] = [];
  const ended = new AbortController();
  const server = createServer((request, response) => {
    seen.push({ method: request.method ?? '', url: request.url ?? '' });
    if (seen.length >= until) ended.abort();
    listener(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const links = 10;
  const tally = createTally({ links, start: Date.now() });
  const service = { target: `http://127.0.0.1:${port}` };
  const deps = { service, key: 'a key', prefix: 'x', links, tally, signal: ended.signal, rate: 400 };
  const traffic = startTraffic(deps);
  traffic.times(times);
  await traffic.ended;
  server.closeAllConnections();
  server.close();
  return { seen, tally };
}

const sum = (counts: Uint32Array) => counts.reduce((total, count) => total + count, 0);

describe('the traffic of a drill', () => {
  test('redirects of the links in turn and one create in twenty, each counted by its answer', async () => {
    const { seen, tally } = await trafficOn((request, response) => {
      response.writeHead(request.method === 'GET' ? 302 : 201, { location: locationOf(request.url) }).end();
    }, 60);
    const creates = seen.filter(({ method, url }) => method === 'POST' && url === '/shorten').length;
    expect(creates).toBe(Math.floor(seen.length / 20));
    expect(new Set(seen.filter(({ method }) => method === 'GET').map(({ url }) => url)).size).toBeGreaterThan(5);
    expect(sum(tally.answered())).toBe(seen.length - creates);
    expect(tally.failures()).toEqual([]);
  });
  test('a spike is of redirects: creates stay as many, so that no limit of one address is what is tested', async () => {
    const answer: RequestListener = (request, response) => {
      response.writeHead(request.method === 'GET' ? 302 : 201, { location: locationOf(request.url) }).end();
    };
    const { seen } = await trafficOn(answer, 900, 10);
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(Math.floor(seen.length / 200));
  });
  test('what has to wait for its turn took so much longer: users waited for that, too', async () => {
    const { tally } = await trafficOn(
      (request, response) => {
        setTimeout(() => response.writeHead(302, { location: locationOf(request.url) }).end(), 200);
      },
      900,
      20,
    );
    expect(Math.max(...[...tally.seconds().values()].map(({ p95 }) => p95))).toBeGreaterThan(300);
  });
  test('a connection that has rested for half a second is closed by who asks, before a reload of nginx may', async () => {
    const open = new Set<unknown>();
    let [most, now] = [0, 0];
    let asked = 0;
    await trafficOn(({ socket, url }, response) => {
      if (!open.has(socket)) socket.once('close', () => open.delete(socket));
      open.add(socket);
      now = open.size;
      most = Math.max(most, now);
      asked += 1;
      // Slow at first, so that there are many.
      setTimeout(() => response.writeHead(302, { location: locationOf(url) }).end(), asked < 300 ? 610 : 0);
    }, 1_200);
    expect(most).toBeGreaterThan(230);
    expect(now).toBeLessThan(most - 15);
  });
  test('a refusal is told from silence: only the silent one may have left a click', async () => {
    const { seen, tally } = await trafficOn((request, response) => {
      if (request.method === 'POST') response.writeHead(503, { 'retry-after': '2' }).end();
      else request.socket.destroy();
    }, 60);
    const failed = tally.failures();
    expect(failed).toHaveLength(seen.length);
    expect(
      failed.filter(({ kind, status, retryAfter }) => kind === 'write' && status === 503 && retryAfter).length,
    ).toBe(Math.floor(seen.length / 20));
    expect(sum(tally.unknown([]))).toBe(failed.filter(({ status }) => status === 0).length);
    expect(sum(tally.answered())).toBe(0);
  });
  test('a redirect that leads elsewhere than its link has failed, and may have left a click', async () => {
    const third = `/${codeOf('x', 3)}`;
    const { seen, tally } = await trafficOn((request, response) => {
      const location = request.url === third ? 'https://example.com/load/4' : locationOf(request.url);
      response.writeHead(request.method === 'GET' ? 302 : 201, { location }).end();
    }, 60);
    const wrong = seen.filter(({ url }) => url === third).length;
    expect(wrong).toBeGreaterThan(0);
    expect(tally.failures().map(({ kind, status }) => [kind, status])).toEqual(
      Array.from({ length: wrong }, () => ['redirect', 302]),
    );
    expect([tally.answered()[3], tally.unknown([])[3]]).toEqual([0, wrong]);
  });
  test('ends when every request is answered, and none is left open', async () => {
    const { tally } = await trafficOn((request, response) => {
      setImmediate(() => response.writeHead(302, { location: locationOf(request.url) }).end());
    }, 40);
    expect([...tally.seconds().values()].every(({ open }) => open === 0)).toBe(true);
  });
});
