import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { createTestDatabase } from '../support/stores.ts';

type Line = Record<string, unknown>;
type Replica = Disposable & { child: ChildProcess; url: string; line(wanted: (line: Line) => boolean): Promise<Line> };

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** A replica as a process of its own, once it listens. */
async function startReplica(settings: Record<string, string>): Promise<Replica> {
  const env = { PATH: process.env['PATH'], PORT: '0', ...settings };
  const child = spawn(process.execPath, [main, 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Line[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (text) => lines.push(JSON.parse(text) as Line));
  const line = async (wanted: (seen: Line) => boolean): Promise<Line> => {
    for (;;) {
      const found = lines.find(wanted);
      if (found) return found;
      await once(reader, 'line');
    }
  };
  const { port } = await line(({ message }) => message === 'listening');
  return { child, url: `http://127.0.0.1:${port}`, line, [Symbol.dispose]: () => child.kill('SIGKILL') };
}

test.each(['POST', 'GET'])('%s /chaos with the token: 204, then the process drains and ends with 0', async (method) => {
  await using database = await createTestDatabase();
  using replica = await startReplica({ DATABASE_URL: database.url, CHAOS_TOKEN: 'a-token-for-chaos-drills' });
  const exited = once(replica.child, 'exit');
  const headers = { 'X-Chaos-Token': 'a-token-for-chaos-drills', Connection: 'close' };
  expect((await fetch(`${replica.url}/chaos`, { method, headers })).status).toBe(204);
  expect(await exited).toEqual([0, null]);
});

test('SIGUSR2 switches debug lines on, and off again', async () => {
  await using database = await createTestDatabase();
  using replica = await startReplica({ DATABASE_URL: database.url });
  await fetch(`${replica.url}/health`);
  replica.child.kill('SIGUSR2');
  await replica.line(({ message, to }) => message === 'log level changed' && to === 'debug');
  replica.child.kill('SIGUSR2');
  await replica.line(({ message, to }) => message === 'log level changed' && to === 'info');
});
