import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import { openStage } from '../../src/chaos/stage.ts';
import { locationOf } from './fixtures.ts';

test('the stage: traffic, what is seen of it, and a line of progress with the phase; then nothing more is sent', async () => {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    response.writeHead(request.method === 'GET' ? 302 : 201, { location: locationOf(request.url) }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const shown = Promise.withResolvers<string>();
  const stage = openStage({
    service: { target: `http://127.0.0.1:${port}` },
    key: 'a key',
    prefix: 'x',
    links: 5,
    rate: 50,
    alerts: async () => [{ name: 'RedisDown', state: 'firing' }],
    inbox: undefined,
    countReplicas: async () => 3,
    print: shown.resolve,
  });
  stage.say('fault');
  expect(await shown.promise).toMatch(/^00:\d\d {2}fault +\d+\/s +0 failed {2}p95 +\d+ ms {2}3 replicas {2}RedisDown$/);
  expect(stage.moments.at(-1)).toMatchObject({ replicas: 3, firing: 1 });
  expect(stage.pace().rate).toBeGreaterThan(0);
  await stage[Symbol.asyncDispose]();
  const sent = [...stage.tally.seconds().values()].reduce((sum, second) => sum + second.sent, 0);
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  expect([sent, stage.tally.failures()]).toEqual([asked, []]);
});
