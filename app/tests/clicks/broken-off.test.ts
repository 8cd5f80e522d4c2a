import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { makeLink } from '../redirects/links.ts';
import { startEdge } from '../support/edge.ts';
import { startReplica } from '../support/replica.ts';
import { startTestService } from '../support/service.ts';
import { createTestDatabase, testRedisUrl } from '../support/stores.ts';
import { expectEachOnce } from './history.ts';
import { startTraffic } from './traffic.ts';

/** What lies before a replica that dies whenever it is about to answer: everything is as it would be, but for the answer. */
async function startAnswerless({ url }: { url: string }) {
  let unanswered = 0;
  const server = createServer((request) => {
    get(`${url}${request.url}`, { headers: request.headers }, (response) => {
      response.resume();
      response.once('end', () => {
        unanswered += 1;
        request.socket.destroy();
      });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    unanswered: () => unanswered,
    [Symbol.dispose]: () => void server.close(),
  };
}

test('a replica records clicks and never comes to answer: another one does, and each click is there once', async () => {
  await using stack = new AsyncDisposableStack();
  const { url: databaseUrl } = stack.use(await createTestDatabase());
  const stores = { databaseUrl, queueUrl: await testRedisUrl(), trustProxy: true };
  const dying = stack.use(await startTestService(stores));
  const living = stack.use(await startTestService(stores));
  using answerless = await startAnswerless(dying);
  const edge = stack.use(await startEdge([answerless.host, new URL(living.url).host]));
  const { code } = await makeLink(living, 'https://example.com/');
  const traffic = startTraffic([edge], code, 4);
  await traffic.answers(200);
  await traffic.stop();
  expect(traffic.failed).toBe(0);
  expect(answerless.unanswered()).toBeGreaterThan(0);
  expect(await expectEachOnce(databaseUrl, traffic.answered)).toBe(0);
});

test('a replica behind the edge is killed under load: every request is answered, and each click is there once', async () => {
  await using stack = new AsyncDisposableStack();
  const { url: DATABASE_URL } = stack.use(await createTestDatabase());
  const settings = { DATABASE_URL, QUEUE_URL: await testRedisUrl(), TRUST_PROXY: 'on', RATE_LIMIT: 'off', AUTH: 'off' };
  const killed = stack.use(await startReplica(settings));
  const left = stack.use(await startReplica(settings));
  const edge = stack.use(await startEdge([killed, left].map(({ url }) => new URL(url).host)));
  const { code } = await makeLink(left, 'https://example.com/');
  const traffic = startTraffic([edge], code, 32);
  await traffic.answers(1_000);
  await killed.end('SIGKILL');
  await traffic.answers(500);
  await traffic.stop();
  expect(traffic.failed).toBe(0);
  expect(await expectEachOnce(DATABASE_URL, traffic.answered)).toBe(0);
});
