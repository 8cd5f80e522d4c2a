import { expect, test } from '@jest/globals';
import { listen } from '../../src/platform/listen.ts';
import { openRaw } from '../support/raw.ts';
import { until } from '../support/until.ts';

async function start(more: { mostConnections?: number } = {}) {
  const server = await listen({
    listener: (_request, response) => void response.end('answered'),
    ...{ host: '127.0.0.1', port: 0, requestTimeout: 30_000, mostConnections: 100, malformed: () => '' },
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
