import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createCodeMaker } from '../../src/codes/code-maker.ts';
import { call } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';

const codeSecret = 'a secret of these tests alone';
let service: TestService;
beforeAll(async () => {
  service = await startTestService({ codeSecret });
});
afterAll(async () => service[Symbol.asyncDispose]());

type Url = { id: number; short_code: string; user_id: number | null; original_url: string; tags: string[] };
const address = 'https://example.com/a';
const create = (body: unknown, path = '/urls') => call(service, 'POST', path, body);
const created = async (body: object = {}): Promise<Url> => {
  const { status, body: url } = await create({ original_url: address, ...body });
  expect(status).toBe(201);
  return url as Url;
};

test('a new url is answered whole, with its place, and reads the same', async () => {
  const { status, headers, body } = await create({ original_url: address });
  expect(status).toBe(201);
  const { id, short_code: code } = body as Url;
  expect(code).toMatch(/^[0-9A-Za-z]{7}$/);
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const usual = { is_active: true, click_count: 0, tags: [], redirect_type: 302, forward_query: false };
  const nothing = { user_id: null, title: null, expires_at: null, max_clicks: null };
  const own = { id, short_code: code, short_url: `https://sho.rt/${code}`, original_url: address };
  expect(body).toEqual({ ...own, ...usual, ...nothing, created_at: time, updated_at: time });
  expect(headers.get('location')).toBe(`/urls/${id}`);
  expect(await call(service, 'GET', `/urls/${id}`)).toMatchObject({ status: 200, body });
});

test('everything that can be given is kept', async () => {
  const { body: user } = await call(service, 'POST', '/users', { username: 'ada', email: 'ada@example.org' });
  const given = {
    user_id: (user as Url).id,
    title: 'A title, ß and 日本',
    max_clicks: 5,
    redirect_type: 308,
    forward_query: true,
  };
  const url = await created({ ...given, tags: ['b', 'a', 'b'], expires_at: '2030-01-02T03:04:05+02:00' });
  expect(url).toMatchObject({ ...given, tags: ['b', 'a'], expires_at: '2030-01-02T01:04:05.000Z' });
});

test('null stands for what is not given', async () => {
  const url = await created({ user_id: null, title: null, custom_alias: null, expires_at: null, max_clicks: null });
  expect(url).toMatchObject({ user_id: null, title: null, expires_at: null, max_clicks: null });
});

test('the same address twice gives two codes', async () => {
  expect((await created()).short_code).not.toBe((await created()).short_code);
});

test('under /v1 the place keeps the prefix', async () => {
  const { headers, body } = await create({ original_url: address }, '/v1/urls');
  expect(headers.get('location')).toBe(`/v1/urls/${(body as Url).id}`);
});

test('an address is stored as it was sent', async () => {
  const original_url = 'HTTPS://Bücher.example:443/./a/../b?ä';
  expect((await created({ original_url })).original_url).toBe(original_url);
});

test('an alias is the code; who asks for it second is told so', async () => {
  expect(await created({ custom_alias: 'my_Own-1' })).toMatchObject({ short_code: 'my_Own-1' });
  const second = await create({ original_url: address, custom_alias: 'my_Own-1' });
  expect(second).toMatchObject({ status: 409, body: { error: 'custom_alias is already taken' } });
});

test('of many who ask for one alias at once, one gets it', async () => {
  const attempts = Array.from({ length: 20 }, (_, n) =>
    create({ original_url: `https://example.com/${n}`, custom_alias: 'wanted' }),
  );
  const answers = await Promise.all(attempts);
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([201, ...Array(19).fill(409)]);
});

test('where an alias is a code that comes later, that number is passed over', async () => {
  await using other = await startTestService({ codeSecret });
  const code = createCodeMaker(codeSecret);
  for (const number of [0, 1]) {
    const body = { original_url: address, custom_alias: code(number) };
    expect((await call(other, 'POST', '/urls', body)).status).toBe(201);
  }
  const next = await call(other, 'POST', '/urls', { original_url: address });
  expect(next).toMatchObject({ status: 201, body: { short_code: code(2) } });
});

test('many at once are all created, each as its own', async () => {
  const addresses = Array.from({ length: 300 }, (_, n) => `https://example.com/many/${n}`);
  const urls = await Promise.all(addresses.map((original_url) => created({ original_url })));
  expect(urls.map(({ original_url }) => original_url)).toEqual(addresses);
  expect(new Set(urls.map(({ short_code }) => short_code)).size).toBe(300);
});

test('wrong ones among many at once fail alone, each for its own reason', async () => {
  await created({ custom_alias: 'taken-one' });
  const bodies = [{}, { user_id: 987_654 }, {}, { custom_alias: 'taken-one' }, {}];
  const answers = await Promise.all(bodies.map((body) => create({ original_url: address, ...body })));
  expect(answers.map(({ status }) => status)).toEqual([201, 422, 201, 409, 201]);
  expect(answers[1]?.body).toMatchObject({ errors: { user_id: 'no such user' } });
});

test('POST /shorten answers the short link, with an alias too', async () => {
  const { status, headers, body } = await create({ url: address, custom_alias: 'shorty' }, '/shorten');
  expect([status, body]).toEqual([
    201,
    { short_code: 'shorty', short_url: 'https://sho.rt/shorty', original_url: address },
  ]);
  expect(headers.get('location')).toMatch(/^\/urls\/\d+$/);
  const plain = await create({ url: address }, '/shorten');
  expect(plain).toMatchObject({ status: 201, body: { short_code: expect.stringMatching(/^[0-9A-Za-z]{7}$/) } });
});

test('a new url has one event, created, about its code and address', async () => {
  const { id, short_code } = await created();
  const { body } = await call(service, 'GET', `/events?url_id=${id}`);
  expect(body).toEqual([
    expect.objectContaining({ url_id: id, event_type: 'created', details: { short_code, original_url: address } }),
  ]);
});
