import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openRaw } from '../support/raw.ts';
import { type Replica, startReplica } from '../support/replica.ts';
import { createTestDatabase } from '../support/stores.ts';

const stack = new AsyncDisposableStack();
let replica: Replica;

beforeAll(async () => {
  const database = stack.use(await createTestDatabase());
  // The heap that replicas have in the stack, and with npm start.
  const heap = { NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=96' };
  const settings = {
    ...heap,
    DATABASE_URL: database.url,
    RATE_LIMIT: 'off',
    REQUEST_TIMEOUT_SECONDS: '2',
    LOG_RATE: '0',
  };
  replica = stack.use(await startReplica(settings));
});
afterAll(() => stack.disposeAsync());

const stillAnswers = async () => expect((await fetch(`${replica.url}/health`)).status).toBe(200);

async function residentMegabytes(): Promise<number> {
  const status = await readFile(`/proc/${replica.child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
}

test('three uploads of 19 MB at once cost less than 100 MB', async () => {
  const rows = Array.from({ length: 9_500 }, (_, n) => `https://example.com/${n}/${'x'.repeat(1_950)}`);
  const body = `original_url\n${rows.join('\n')}\n`;
  const upload = () =>
    fetch(`${replica.url}/urls/bulk`, { method: 'POST', headers: { 'Content-Type': 'text/csv' }, body });
  const before = await residentMegabytes();
  let most = 0;
  const stored = Promise.all([upload(), upload(), upload()]).then((all) => all.map(({ status }) => status));
  while ((await Promise.race([stored, sleep(20)])) === undefined) most = Math.max(most, await residentMegabytes());
  expect(await stored).toEqual([201, 201, 201]);
  expect(most).toBeGreaterThan(before);
  expect(most - before).toBeLessThan(100);
});

test('two hundred bodies that wait for their end cost less than 100 MB', async () => {
  const before = await residentMegabytes();
  using connections = new DisposableStack();
  const head = 'POST /users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 262000\r\n\r\n';
  const bytes = `${head}{"username":"${'x'.repeat(250_000)}`;
  const opened = await Promise.all(Array.from({ length: 200 }, () => openRaw(replica.url)));
  for (const connection of opened) connections.use(connection).write(bytes);
  await stillAnswers();
  let most = 0;
  const closed = Promise.all(opened.map((connection) => connection.closed)).then(() => true);
  while (!(await Promise.race([closed, stillAnswers().then(() => false)]))) {
    most = Math.max(most, await residentMegabytes());
  }
  expect(most - before).toBeLessThan(100);
});
