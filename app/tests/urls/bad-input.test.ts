import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { call } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
/** The path of a url that there is. */
let one: string;
beforeAll(async () => {
  service = await startTestService();
  const made = await call(service, 'POST', '/urls', { original_url: 'https://example.com/' });
  one = `/urls/${(made.body as { id: number }).id}`;
});
afterAll(async () => service[Symbol.asyncDispose]());

const address = 'https://example.com/';

test.each([
  ['original_url', undefined],
  ['original_url', null],
  ['original_url', 5],
  ['original_url', [address]],
  ['original_url', { toString: 'x' }],
  ['original_url', 'http://[bad'],
  ['original_url', `${address}\n`],
  ['original_url', `${address}\u0000`],
  ['original_url', `${address}\ud800`],
  ['original_url', 'http://127.0.0.1/'],
  ['original_url', 'https://sho.rt/loop'],
  ['original_url', `${address}${'a'.repeat(2_029)}`],
  ['user_id', true],
  ['user_id', '1'],
  ['user_id', 0],
  ['user_id', -1],
  ['user_id', 1.5],
  ['user_id', 1e300],
  ['user_id', 9_007_199_254_740_991],
  ['title', 5],
  ['title', 'a\u0000b'],
  ['title', '\udfff'],
  ['title', 'x'.repeat(501)],
  ['custom_alias', 'ab'],
  ['custom_alias', 'a'.repeat(33)],
  ['custom_alias', 'with space'],
  ['custom_alias', 'straße'],
  ['custom_alias', 'users'],
  ['custom_alias', 'Metrics'],
  ['custom_alias', 7],
  ['expires_at', 'tomorrow'],
  ['expires_at', 1_700_000_000],
  ['expires_at', '2025-13-01'],
  ['expires_at', '0000-01-01'],
  ['expires_at', '0001-01-01T00:00:00+14:00'],
  ['expires_at', '9999-12-31T23:59:59-14:00'],
  ['max_clicks', 0],
  ['max_clicks', -5],
  ['max_clicks', 1.5],
  ['max_clicks', '5'],
  ['max_clicks', 1e19],
  ['redirect_type', 303],
  ['redirect_type', '302'],
  ['forward_query', 'yes'],
  ['forward_query', 1],
  ['tags', 'a'],
  ['tags', [1]],
  ['tags', ['']],
  ['tags', ['a\u0000']],
  ['tags', ['x'.repeat(51)]],
  ['tags', Array.from({ length: 21 }, (_, n) => `t${n}`)],
])('POST /urls with %s = %j is a 422 that names the field', async (field, value) => {
  const answer = await call(service, 'POST', '/urls', { original_url: address, [field]: value });
  expect(answer.status).toBe(422);
  const named = Object.keys((answer.body as { errors: object }).errors).map((name) => name.split('.')[0]);
  expect(named).toEqual([field]);
});

test.each([
  ['is_active', 'true'],
  ['is_active', 1],
  ['is_active', null],
  ['original_url', 'http://localhost/'],
  ['original_url', null],
  ['title', 5],
  ['expires_at', 'never'],
  ['max_clicks', 0],
  ['redirect_type', 200],
  ['forward_query', null],
  ['tags', null],
])('PUT of a url with %s = %j is a 422 and changes nothing', async (field, value) => {
  const before = await call(service, 'GET', one);
  const answer = await call(service, 'PUT', one, { title: 'other', [field]: value });
  expect(answer.status).toBe(422);
  expect(await call(service, 'GET', one)).toMatchObject({ status: 200, body: before.body });
});

test.each(['[]', 'null', '5', '"text"', 'true', '{', '', '[{"original_url":"https://example.com/"}]', '{"a":"\\ud8'])(
  'the body %s is a 400',
  async (body) => {
    for (const [method, path] of [
      ['POST', '/urls'],
      ['POST', '/shorten'],
      ['PUT', one],
    ] as const) {
      const headers = { 'Content-Type': 'application/json' };
      expect((await fetch(service.url + path, { method, headers, body })).status).toBe(400);
    }
  },
);

test('a body that is deep, or full of names that objects have, is not a 5xx', async () => {
  const deep = `{"original_url":"${address}","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const names = `{"original_url":"${address}","__proto__":{"title":1},"constructor":{"prototype":{"a":1}}}`;
  for (const body of [deep, names]) {
    const headers = { 'Content-Type': 'application/json' };
    const { status } = await fetch(`${service.url}/urls`, { method: 'POST', headers, body });
    expect([201, 400]).toContain(status);
  }
  expect(Object.prototype).not.toHaveProperty('a');
});

test('an alias may be what objects call their own', async () => {
  for (const custom_alias of ['constructor', '__proto__', 'toString']) {
    const answer = await call(service, 'POST', '/urls', { original_url: address, custom_alias });
    expect(answer).toMatchObject({ status: 201, body: { short_code: custom_alias } });
  }
});

test.each([
  ['GET', '/urls/0', 400],
  ['GET', '/urls/-1', 400],
  ['GET', '/urls/abc', 400],
  ['GET', '/urls/1.0', 400],
  ['GET', '/urls/99999999999999999999999999', 400],
  ['GET', '/urls/9007199254740993', 400],
  ['GET', '/urls/9007199254740991', 404],
  ['GET', '/urls/%00', 400],
  ['GET', '/urls/1%20', 400],
  ['DELETE', '/urls/987654', 404],
  ['DELETE', '/urls/x', 400],
  ['PATCH', '/urls/987654', 405],
  ['DELETE', '/urls', 405],
])('%s %s is a %d', async (method, path, status) => {
  expect((await call(service, method, path)).status).toBe(status);
});

test('a change of no url is a 404', async () => {
  const answer = await call(service, 'PUT', '/urls/987654', { title: 'a' });
  expect(answer).toMatchObject({ status: 404, body: { error: 'URL not found' } });
});

test.each([
  'per_page=0',
  'per_page=-1',
  'per_page=a',
  'page=0',
  'page=-1',
  'page=1e3',
  'page=99999999999999999999',
  'page=1&cursor=WzFd',
  'cursor=!',
  'cursor=WyJhIl0',
  'cursor=WzEuNV0',
  'cursor=WzFlMzBd',
  'user_id=abc',
  'user_id=0',
  'user_id=1&user_id=2',
  'is_active=yes',
  'is_active=',
  'tag=',
  'tag=%00',
  'tag=a&tag=b',
  'q=',
  'q=%00',
  `q=${'a'.repeat(101)}`,
  'q=%ff',
])('GET /urls?%s is not a 5xx', async (query) => {
  const { status } = await call(service, 'GET', `/urls?${query}`);
  expect(status).toBe(query === 'q=%ff' ? 200 : 400);
});
