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

test.each([
  [{ AUTH: 'on' }, 'on'],
  [{ AUTH: 'off' }, 'off'],
  [{ HOST: '0.0.0.0' }, 'on'],
  [{ HOST: '127.0.0.1' }, 'off'],
])('the first line says whether keys are needed: %j → %s', async (settings, auth) => {
  await using database = await createTestDatabase();
  await using replica = await startReplica({ DATABASE_URL: database.url, ...settings });
  expect(await replica.line(({ message }) => message === 'listening')).toMatchObject({ level: 'info', auth });
});
