import { expect, test } from '@jest/globals';
import { startReplica } from '../support/replica.ts';
import { createTestDatabase } from '../support/stores.ts';

test.each(['POST', 'GET'])('%s /chaos with the token: 204, then the process drains and ends with 0', async (method) => {
  await using database = await createTestDatabase();
  await using replica = await startReplica({ DATABASE_URL: database.url, CHAOS_TOKEN: 'a-token-for-chaos-drills' });
  const headers = { 'X-Chaos-Token': 'a-token-for-chaos-drills', Connection: 'close' };
  expect((await fetch(`${replica.url}/chaos`, { method, headers })).status).toBe(204);
  expect(await replica.ended).toBe(0);
});

test('SIGUSR2 switches debug lines on, and off again', async () => {
  await using database = await createTestDatabase();
  await using replica = await startReplica({ DATABASE_URL: database.url });
  await fetch(`${replica.url}/health`);
  replica.child.kill('SIGUSR2');
  await replica.line(({ message, to }) => message === 'log level changed' && to === 'debug');
  replica.child.kill('SIGUSR2');
  await replica.line(({ message, to }) => message === 'log level changed' && to === 'info');
});
