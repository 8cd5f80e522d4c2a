import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { call } from '../support/api.ts';
import { npmStart } from '../support/npm-start.ts';
import { seedData } from '../support/seed-data.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { createTestDatabase } from '../support/stores.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { runVerb, runVerbWith } from '../support/verb.ts';

const size = { users: 20, urls: 600, events: 1_500 };
const data = seedData(size);
let folder: TemporaryFolder;
let service: TestService;
const seed = (path = folder.path) => runVerb(service.databaseUrl, 'seed', path);

beforeAll(async () => {
  folder = await temporaryFolder();
  for (const [name, content] of Object.entries(data)) await writeFile(join(folder.path, name), content);
  service = await startTestService();
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const lineOf = (file: keyof typeof data, id: number): string[] => data[file].split('\n')[id]?.split(',') ?? [];
const follow = (code: string) => fetch(`${service.url}/${code}`, { redirect: 'manual' });

test('while the service runs, codes that it took for unknown redirect once their urls are seeded', async () => {
  const active = data['urls.csv'].split('\n').find((line) => line.includes(',True,')) ?? '';
  const [, , code = '', original_url] = active.split(',');
  expect((await follow(code)).status).toBe(404);
  const { code: exit, output } = await seed();
  expect(output).toBe(
    'users.csv: 20 read, 20 imported, 0 skipped\n' +
      'urls.csv: 600 read, 600 imported, 0 skipped\n' +
      'events.csv: 1500 read, 1500 imported, 0 skipped\n',
  );
  expect(exit).toBe(0);
  let answer = await follow(code);
  // The replica hears of it by a notification of Postgres.
  while (answer.status === 404) answer = await follow(code);
  expect([answer.status, answer.headers.get('location')]).toEqual([302, original_url]);
});

test('ids, times and history are those of the files, and later ids come after them', async () => {
  const [id, url_id, user_id, event_type, timestamp = ''] = lineOf('events.csv', 700);
  expect((await call(service, 'GET', '/events/700')).body).toMatchObject({
    ...{ id: Number(id), url_id: Number(url_id), user_id: Number(user_id), event_type },
    timestamp: `${timestamp.replace(' ', 'T')}.000Z`,
  });
  expect((await call(service, 'GET', '/events?url_id=1&event_type=created')).body).toHaveLength(1);
  const user = await call(service, 'POST', '/users', { username: 'next', email: 'next@example.org' });
  expect(user.body).toMatchObject({ id: 21 });
  const event = await call(service, 'POST', '/events', { event_type: 'note' });
  expect((event.body as { id: number }).id).toBeGreaterThan(1_500);
});

test('clicks among the events are in the count of their url', async () => {
  const clicks = data['events.csv'].split('\n').filter((line) => /^\d+,5,\d+,click,/.test(line)).length;
  const seeded = (await call(service, 'GET', '/events?url_id=5&event_type=click')).body;
  expect(seeded).toHaveLength(clicks);
  expect((await call(service, 'GET', '/urls/5')).body).toMatchObject({ click_count: clicks });
});

test('a second time changes nothing', async () => {
  const before = (await call(service, 'GET', '/urls/5')).body;
  const { code, output } = await seed();
  expect(code).toBe(0);
  expect(output).toContain('events.csv: 1500 read, 0 imported, 1500 skipped');
  expect((await call(service, 'GET', '/urls/5')).body).toEqual(before);
});

test('a folder with some of the files is enough, one with none is an error', async () => {
  const some = join(folder.path, 'some');
  await mkdir(some);
  expect((await seed(some)).errors).toContain('has none of users.csv');
  await writeFile(join(some, 'users.csv'), 'username,email\nzed,zed@example.org\n');
  expect(await seed(some)).toMatchObject({ code: 0, output: 'users.csv: 1 read, 1 imported, 0 skipped\n' });
  await writeFile(join(some, 'users.csv'), 'name\nzed\n');
  expect(await seed(some)).toMatchObject({ code: 1, errors: expect.stringContaining('lacks the column username') });
});

test('help says how, and wrong arguments too', async () => {
  expect(await runVerb('', 'seed', '--help')).toMatchObject({
    code: 0,
    output: expect.stringContaining('npm run seed'),
  });
  for (const args of [[], ['a', 'b'], ['--fast']]) {
    expect(await runVerb('', 'seed', ...args)).toMatchObject({ code: 1, errors: expect.stringContaining('usage') });
  }
});

test('a database without the schema: one sentence says what to do', async () => {
  await using database = await createTestDatabase();
  const empty = database.url.replace(/\/test_[0-9a-f]+/, '/postgres');
  expect(await runVerb(empty, 'seed', folder.path)).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/migrate` first\n$/),
  });
});

test('without DATABASE_URL it goes to the service of npm start while that runs, and without it to its data', async () => {
  await using place = await temporaryFolder();
  const settings = { DATA_DIR: join(place.path, 'data') };
  const { output } = await runVerbWith(settings, 'seed', folder.path);
  expect(output).toContain('urls.csv: 600 read, 600 imported');
  await using started = await npmStart(settings.DATA_DIR);
  await started.up();
  expect((await call(started, 'GET', '/urls?per_page=1')).headers.get('x-total-count')).toBe('600');
  const again = await runVerbWith(settings, 'seed', folder.path);
  expect(again).toMatchObject({ code: 0, output: expect.stringContaining('urls.csv: 600 read, 0 imported') });
});
