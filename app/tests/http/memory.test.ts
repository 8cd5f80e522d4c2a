import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { openRaw, type RawConnection } from '../support/raw.ts';
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

/** Most by which a replica's memory grew until the connections were closed, answering all the while. */
async function growth(replica: Replica, before: number, connections: readonly RawConnection[]): Promise<number> {
  let most = 0;
  const closed = Promise.all(connections.map((connection) => connection.closed)).then(() => true);
  while (!(await Promise.race([closed, stillAnswers(replica).then(() => false)]))) {
    most = Math.max(most, await residentMegabytes(replica));
  }
  return most - before;
}

const opened = async (stack: AsyncDisposableStack, { url }: Replica, count: number): Promise<RawConnection[]> => {
  const connections = await Promise.all(Array.from({ length: count }, () => openRaw(url)));
  return connections.map((connection) => stack.use(connection));
};

const statusesOf = async (connections: readonly RawConnection[]): Promise<(string | undefined)[]> => {
  const answers = await Promise.all(connections.map(({ closed }) => closed));
  return answers.map((answer) => /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
};

test('a thousand bodies that wait for their end cost less than 100 MB; when they are over there is room again', async () => {
  await using stack = new AsyncDisposableStack();
  const replica = await start(stack, { REQUEST_TIMEOUT_SECONDS: '4' });
  const before = await residentMegabytes(replica);
  const head = 'POST /users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 262000\r\n\r\n';
  const bytes = Buffer.from(`${head}{"username":"${'x'.repeat(250_000)}`);
  const connections = await opened(stack, replica, 1_000);
  for (const connection of connections) connection.write(bytes);
  expect(await growth(replica, before, connections)).toBeLessThan(100);
  const statuses = await statusesOf(connections);
  expect(statuses.filter((status) => status === '408').length).toBeGreaterThan(30);
  expect(new Set(statuses)).toEqual(new Set(['408', '503']));
  const body = JSON.stringify({ username: 'x'.repeat(200_000), email: 'a@example.com' });
  const headers = { 'Content-Type': 'application/json' };
  const after = await Promise.all(
    Array.from({ length: 50 }, () => fetch(`${replica.url}/users`, { method: 'POST', headers, body })),
  );
  expect(new Set(after.map(({ status }) => status))).toEqual(new Set([422]));
});

test('bodies in chunks of one byte cost no more than others', async () => {
  await using stack = new AsyncDisposableStack();
  const replica = await start(stack, { REQUEST_TIMEOUT_SECONDS: '6' });
  const before = await residentMegabytes(replica);
  const head =
    'POST /users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
  const connections = await opened(stack, replica, 10);
  const bytes = Buffer.from(head + '1\r\n[\r\n'.repeat(250_000));
  for (const connection of connections) connection.write(bytes);
  expect(await growth(replica, before, connections)).toBeLessThan(100);
  expect(new Set(await statusesOf(connections))).toEqual(new Set(['408']));
});
