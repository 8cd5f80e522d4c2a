import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { listen, timeoutsOf } from '../../src/platform/listen.ts';
import { openRaw } from '../support/raw.ts';
import { until } from '../support/until.ts';

type More = { mostConnections?: number; requestTimeout?: number; listener?: RequestListener };

async function start(more: More = {}) {
  const server = await listen({
    listener: (_request, response) => void response.end('answered'),
    ...{
      host: '127.0.0.1',
      port: 0,
      socketFolder: undefined,
      noSocket: () => {},
      requestTimeout: 30_000,
      mostConnections: 100,
      malformed: () => '',
    },
    ...more,
  });
  return { url: `http://127.0.0.1:${server.port}`, [Symbol.asyncDispose]: async () => void (await server.drain(0)) };
}

const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

test('one connection too many is closed, the others are answered, and one that ends makes room', async () => {
  await using server = await start({ mostConnections: 20 });
  using stack = new DisposableStack();
  const opened = [];
  for (let n = 0; n < 20; n += 1) {
    const connection = stack.use(await openRaw(server.url));
    connection.write(request);
    expect(await connection.received(/answered$/)).toContain('200 OK');
    opened.push(connection);
  }
  using refused = await openRaw(server.url);
  expect(await refused.closed).toBe('');
  opened[0]?.socket.destroy();
  await until(async () => {
    using next = await openRaw(server.url);
    next.write(request);
    const answer = await next.received(/answered$/).catch(() => '');
    return answer !== '';
  });
});

const large = Buffer.alloc(40_000_000, 'x');
const requestTimeout = 200;
const { silence } = timeoutsOf(requestTimeout);
const since = (start: number): number => performance.now() - start;

test('an answer that nobody reads is given up; one that is read slowly is not, however long it takes', async () => {
  await using server = await start({
    requestTimeout,
    listener: (_request, response) => void response.end(large),
  });
  using unread = await openRaw(server.url);
  using slow = await openRaw(server.url);
  for (const connection of [unread, slow]) {
    connection.socket.pause();
    connection.write(request);
  }
  const began = performance.now();
  for (let read = 0; read < 10; read += 1) {
    await sleep(silence / 4);
    const enough = slow.socket.bytesRead + 1_500_000;
    slow.socket.resume();
    while (slow.socket.bytesRead < enough) await once(slow.socket, 'data');
    slow.socket.pause();
  }
  expect(since(began)).toBeGreaterThan(2 * silence);
  expect(slow.socket.bytesRead).toBeLessThan(large.length);
  slow.socket.resume();
  await until(async () => slow.socket.bytesRead > large.length);
  unread.socket.resume();
  await unread.closed;
  expect(unread.socket.bytesRead).toBeLessThan(large.length);
});

test('a body that nobody wants and that does not end: the connection ends soon after the answer', async () => {
  await using server = await start({ requestTimeout });
  using connection = await openRaw(server.url);
  const began = performance.now();
  connection.write('GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n');
  await connection.received(/answered$/);
  const trickle = setInterval(() => connection.write('x'), 50);
  await connection.closed;
  clearInterval(trickle);
  expect(since(began)).toBeLessThan(3 * silence);
});

test('as the settings come: 10 s for a head, 300 s for an upload in all, 120 s for silence, 30 s after an answer', () => {
  expect(timeoutsOf(30_000)).toEqual({ head: 10_000, request: 300_000, silence: 120_000, lingering: 30_000 });
});
