import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { openRaw } from '../support/raw.ts';
import { type Replica, startReplica } from '../support/replica.ts';
import { createTestDatabase } from '../support/stores.ts';

/** A replica with the heap that replicas have in the stack, and with npm start. */
async function start(stack: AsyncDisposableStack, settings: Record<string, string> = {}): Promise<Replica> {
  const database = stack.use(await createTestDatabase());
  const heap = { NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=96' };
  const usual = { DATABASE_URL: database.url, RATE_LIMIT: 'off', SHEDDING: 'off', LOG_RATE: '0' };
  return stack.use(await startReplica({ ...heap, ...usual, ...settings }));
}

const stillAnswers = async ({ url }: Replica) => expect((await fetch(`${url}/health`)).status).toBe(200);

async function residentMegabytes({ child }: Replica): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
}

test('three uploads of 19 MB at once cost less than 100 MB', async () => {
  await using stack = new AsyncDisposableStack();
  const replica = await start(stack);
  const rows = Array.from({ length: 9_500 }, (_, n) => `https://example.com/${n}/${'x'.repeat(1_950)}`);
  const body = `original_url\n${rows.join('\n')}\n`;
  const upload = () =>
    fetch(`${replica.url}/urls/bulk`, { method: 'POST', headers: { 'Content-Type': 'text/csv' }, body });
  const before = await residentMegabytes(replica);
  let most = 0;
  const stored = Promise.all([upload(), upload(), upload()]).then((all) => all.map(({ status }) => status));
  while ((await Promise.race([stored, sleep(20)])) === undefined)
    most = Math.max(most, await residentMegabytes(replica));
  expect(await stored).toEqual([201, 201, 201]);
  expect(most).toBeGreaterThan(before);
  expect(most - before).toBeLessThan(100);
});

test('two hundred bodies that wait for their end cost less than 100 MB', async () => {
  await using stack = new AsyncDisposableStack();
  const replica = await start(stack, { REQUEST_TIMEOUT_SECONDS: '2' });
  const before = await residentMegabytes(replica);
  using connections = new DisposableStack();
  const head = 'POST /users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 262000\r\n\r\n';
  const bytes = `${head}{"username":"${'x'.repeat(250_000)}`;
  const opened = await Promise.all(Array.from({ length: 200 }, () => openRaw(replica.url)));
  for (const connection of opened) connections.use(connection).write(bytes);
  await stillAnswers(replica);
  let most = 0;
  const closed = Promise.all(opened.map((connection) => connection.closed)).then(() => true);
  while (!(await Promise.race([closed, stillAnswers(replica).then(() => false)]))) {
    most = Math.max(most, await residentMegabytes(replica));
  }
  expect(most - before).toBeLessThan(100);
});
