import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { type Replica, startReplica } from '../support/replica.ts';
import { createTestDatabase, startRedis } from '../support/stores.ts';
import { until } from '../support/until.ts';

const warning = 'WARNING: Detected use of sync API';

/** What waits for nothing outside: entropy of the process's own, and Linux's list of its open files, once a scrape. */
const harmless = /randomFillSync|processOpenFileDescriptors/;

/** Keeps what a replica says on stderr, and finds in it the stacks that `--trace-sync-io` of Node writes there. */
function listen() {
  let said = '';
  const stderr = new Writable({
    write(chunk: Buffer, _encoding, done) {
      said += String(chunk);
      done();
    },
  });
  const forget = (): void => {
    said = '';
  };
  return { stderr, forget, stacks: () => said.split(warning).slice(1) };
}

/** What was written to stderr before an answer is there to be read after it: the loop looks at all pipes in a turn. */
async function settle(replica: Replica): Promise<void> {
  await (await fetch(`${replica.url}/health`)).bytes();
  for (let turns = 0; turns < 3; turns++) await turn();
}

async function ask(replica: Replica, method: string, path: string, body?: string, type = 'application/json') {
  const request = { method, redirect: 'manual', ...(body && { body, headers: { 'Content-Type': type } }) } as const;
  const response = await fetch(replica.url + path, request);
  return { status: response.status, text: await response.text() };
}

test('while it serves, nothing waits for a file or a child process without letting the others go on', async () => {
  await using database = await createTestDatabase();
  await using cache = await startRedis();
  await using queue = await startRedis();
  const stores = { DATABASE_URL: database.url, CACHE_URL: cache.url, QUEUE_URL: queue.url };
  const settings = { ...stores, AUTH: 'off', RATE_LIMIT: 'off', NODE_OPTIONS: '--trace-sync-io' };
  const heard = listen();
  await using replica = await startReplica(settings, heard.stderr);
  await settle(replica);
  heard.forget();

  const made = await ask(replica, 'POST', '/urls', '{"original_url":"https://example.com/a"}');
  const { id, short_code: code } = JSON.parse(made.text) as { id: number; short_code: string };
  const clicks = async () =>
    (JSON.parse((await ask(replica, 'GET', `/urls/${id}`)).text) as { click_count: number }).click_count;
  expect((await ask(replica, 'GET', `/${code}`)).status).toBe(302);
  await until(async () => (await clicks()) === 1);
  const pages = [
    '/',
    '/docs',
    '/openapi.json',
    '/dashboard',
    '/robots.txt',
    '/favicon.ico',
    '/health/ready',
    '/metrics',
  ];
  const lists = ['/urls', '/users', '/events', '/urls/export', `/urls/${id}/stats`, `/urls/${id}/qr`, '/logs'];
  for (const path of [...pages, ...lists, `/${code}+`, '/notThere']) await ask(replica, 'GET', path);
  expect((await ask(replica, 'POST', '/urls/bulk', 'original_url\nhttps://example.com/b\n', 'text/csv')).status).toBe(
    201,
  );
  expect((await ask(replica, 'PUT', `/urls/${id}`, '{"original_url":"https://example.com/c"}')).status).toBe(200);
  await cache.kill();
  expect((await ask(replica, 'GET', `/${code}`)).status).toBe(302);
  expect((await ask(replica, 'DELETE', `/urls/${id}`)).status).toBe(204);
  await settle(replica);

  // That /metrics looks into a folder shows that it would be seen.
  expect(heard.stacks().filter((stack) => stack.includes('processOpenFileDescriptors'))).toHaveLength(1);
  expect(heard.stacks().filter((stack) => !harmless.test(stack))).toEqual([]);
});
