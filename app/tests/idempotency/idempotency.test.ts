import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { call } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let client: pg.Client;
beforeAll(async () => {
  service = await startTestService();
  client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await service[Symbol.asyncDispose]();
});

const address = 'https://example.com/a';
const create = (key: string, body: object = { original_url: address }, path = '/urls') =>
  call(service, 'POST', path, body, { 'Idempotency-Key': key });
const total = async (): Promise<number> =>
  Number((await call(service, 'GET', '/urls?per_page=1')).headers.get('x-total-count'));

test('a repeat gets the first answer, and creates nothing', async () => {
  const first = await create('repeat');
  const before = await total();
  const again = await create('repeat');
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect(await total()).toBe(before);
});

test('a repeat may write the same body differently', async () => {
  const first = await create('spelling', { original_url: address, title: 'a' });
  const again = await create('spelling', { title: 'a', unknown: 1, original_url: address });
  expect(again).toMatchObject({ status: 201, body: first.body });
});

test('a repeat gets the first answer even where the url has changed since', async () => {
  const first = await create('changed', { original_url: address, title: 'first' });
  const { id } = first.body as { id: number };
  await call(service, 'PUT', `/urls/${id}`, { title: 'second' });
  expect((await create('changed', { original_url: address, title: 'first' })).body).toEqual(first.body);
});

test('another request under the same key is a 422', async () => {
  await create('other');
  for (const answer of [
    await create('other', { original_url: 'https://example.org/' }),
    await create('other', { url: address }, '/shorten'),
  ]) {
    expect(answer).toMatchObject({ status: 422, body: { errors: { 'Idempotency-Key': expect.any(String) } } });
  }
});

test('POST /shorten repeats too', async () => {
  const first = await create('short', { url: address }, '/shorten');
  expect(first.status).toBe(201);
  expect(await create('short', { url: address }, '/shorten')).toMatchObject({ status: 201, body: first.body });
});

test('of many at once under one key, one creates and the others get its answer', async () => {
  const before = await total();
  const many = await Promise.all(Array.from({ length: 20 }, () => create('at-once')));
  expect(many.map(({ status }) => status)).toEqual(Array(20).fill(201));
  expect(new Set(many.map(({ body }) => (body as { id: number }).id)).size).toBe(1);
  expect(await total()).toBe(before + 1);
});

test('a request that failed leaves its key free', async () => {
  await call(service, 'POST', '/urls', { original_url: address, custom_alias: 'held' });
  const wanted = { original_url: address, custom_alias: 'held' };
  expect((await create('failed', wanted)).status).toBe(409);
  const { rows } = await client.query("select id from urls where short_code = 'held'");
  await call(service, 'DELETE', `/urls/${rows[0].id}`);
  expect((await create('failed', wanted)).status).toBe(201);
});

test('an unknown user is a 422 under a key as well', async () => {
  const answer = await create('nobody', { original_url: address, user_id: 987_654 });
  expect(answer).toMatchObject({ status: 422, body: { errors: { user_id: 'no such user' } } });
});

test('keys of two subjects are apart', async () => {
  const apiKey = 'an-admin-key-of-the-environment';
  await using keyed = await startTestService({ databaseUrl: service.databaseUrl, auth: true, apiKey });
  const headers = { 'Idempotency-Key': 'mine', Authorization: `Bearer ${apiKey}` };
  const one = await create('mine');
  const other = await call(keyed, 'POST', '/urls', { original_url: address }, headers);
  expect(other.status).toBe(201);
  expect((other.body as { id: number }).id).not.toBe((one.body as { id: number }).id);
});

test('after 24 hours a key is free again', async () => {
  const first = await create('old');
  await client.query("update idempotency_keys set created_at = now() - interval '24 hours 1 second' where key = 'old'");
  const again = await create('old', { original_url: 'https://example.org/later' });
  expect(again.status).toBe(201);
  expect((again.body as { id: number }).id).not.toBe((first.body as { id: number }).id);
});

test('old keys are removed when a replica starts, young ones stay', async () => {
  await create('young');
  await create('ancient');
  await client.query("update idempotency_keys set created_at = now() - interval '25 hours' where key = 'ancient'");
  await using _ = await startTestService({ databaseUrl: service.databaseUrl });
  const left = async () =>
    (await client.query("select key from idempotency_keys where key in ('young', 'ancient')")).rows;
  while ((await left()).length > 1);
  expect(await left()).toEqual([{ key: 'young' }]);
});

test.each(['a b', 'x'.repeat(256), 'tab\there'])('the key %j is a 400', async (key) => {
  expect((await create(key)).status).toBe(400);
});

test('more first requests at once than there are connections: all are answered', async () => {
  await using small = await startTestService({ databasePoolSize: 2 });
  const keys = Array.from({ length: 6 }, (_, n) => ({ 'Idempotency-Key': `crowd ${n}`.replace(' ', '-') }));
  const answers = await Promise.all(
    keys.map((headers) => call(small, 'POST', '/urls', { original_url: address }, headers)),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(201));
});
