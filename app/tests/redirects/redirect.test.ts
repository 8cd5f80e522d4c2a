import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { call } from '../support/api.ts';
import { openRaw } from '../support/raw.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { leadsTo, makeLink } from './links.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(async () => service[Symbol.asyncDispose]());

const clicksOf = async (id: number): Promise<number> => {
  const { body } = await call(service, 'GET', `/events?url_id=${id}&event_type=click`);
  return (body as unknown[]).length;
};

test.each([301, 302, 307, 308])('a link of type %i is followed with that status on both paths', async (type) => {
  const { code } = await makeLink(service, 'https://example.com/a?b=1#c', { redirect_type: type });
  const cacheControl = type === 301 || type === 308 ? 'private, max-age=90' : 'no-store';
  for (const path of [`/${code}`, `/${code}`, `/urls/${code}/redirect`, `/v1/urls/${code}/redirect`]) {
    const { status, headers } = await call(service, 'GET', path);
    expect([status, headers.get('location')]).toEqual([type, 'https://example.com/a?b=1#c']);
    expect(headers.get('cache-control')).toBe(cacheControl);
    expect(headers.get('x-request-id')).toMatch(/./);
  }
});

test('a code of digits is taken as a code and not as an id', async () => {
  const { id } = await makeLink(service, 'https://example.com/by-id');
  await makeLink(service, 'https://example.com/by-code', { custom_alias: '4711' });
  expect((await call(service, 'GET', '/urls/4711/redirect')).headers.get('location')).toBe(
    'https://example.com/by-code',
  );
  expect((await call(service, 'GET', `/urls/${id}/redirect`)).status).toBe(404);
});

/** Header lines as they come, without what differs from one answer to the next. */
async function linesOf(method: string, path: string, accept: string) {
  using connection = await openRaw(service.url);
  connection.write(
    `${method} ${path} HTTP/1.1\r\nHost: x\r\nAccept: ${accept}\r\nX-Request-ID: one\r\nConnection: close\r\n\r\n`,
  );
  const [head = ''] = (await connection.closed).split('\r\n\r\n');
  const [status, ...lines] = head.split('\r\n').filter((line) => !line.startsWith('Date:'));
  return [status, ...lines.sort()];
}

test.each([
  ['a redirect', { redirect_type: 302 }],
  ['a permanent one', { redirect_type: 308 }],
  ['a link that is switched off', { is_active: false }],
])('HEAD of %s has all headers of GET, on both paths', async (_, more) => {
  const { id, code } = await makeLink(service, 'https://example.com/head');
  await call(service, 'PUT', `/urls/${id}`, more);
  for (const path of [`/${code}`, `/urls/${code}/redirect`]) {
    for (const accept of ['*/*', 'text/html']) {
      expect(await linesOf('HEAD', path, accept)).toEqual(await linesOf('GET', path, accept));
    }
  }
});

test('HEAD leaves a limited link its uses, and is no click', async () => {
  const { id, code } = await makeLink(service, 'https://example.com/head', { max_clicks: 1 });
  for (const path of [`/${code}`, `/urls/${code}/redirect`, `/${code}`]) {
    const { status, headers } = await call(service, 'HEAD', path);
    expect([status, headers.get('location')]).toEqual([302, 'https://example.com/head']);
  }
  expect(await clicksOf(id)).toBe(0);
  expect(await leadsTo(service, code)).toBe('https://example.com/head');
  expect((await call(service, 'HEAD', `/${code}`)).status).toBe(410);
});

test('the query is forwarded before the fragment where the link says so, and only there', async () => {
  const forwarding = await makeLink(service, 'https://example.com/q?a=1#end', { forward_query: true });
  const { code } = await makeLink(service, 'https://example.com/q?a=1#end');
  const locationOf = async (path: string) => (await call(service, 'GET', path)).headers.get('location');
  for (const path of [`/${forwarding.code}?b=2&c=%20`, `/urls/${forwarding.code}/redirect?b=2&c=%20`]) {
    expect(await locationOf(path)).toBe('https://example.com/q?a=1&b=2&c=%20#end');
  }
  expect(await locationOf(`/${code}?b=2`)).toBe('https://example.com/q?a=1#end');
});

test('an unknown code is a problem for a program and a page for a browser, and neither is kept by anybody', async () => {
  const { status, headers, body } = await call(service, 'GET', '/unknown1');
  expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8']);
  const requestId = headers.get('x-request-id');
  expect(body).toMatchObject({ status: 404, error: 'URL not found', request_id: requestId });
  const page = await fetch(`${service.url}/unknown1`, { headers: { Accept: 'text/html,*/*' } });
  expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
  expect(await page.text()).toContain('There is no such link');
  expect([headers.get('cache-control'), page.headers.get('cache-control')]).toEqual(['no-store', 'no-store']);
});

test('a link that is switched off or expired is gone, and comes back when it is changed', async () => {
  const { id, code } = await makeLink(service, 'https://example.com/gone');
  expect(await leadsTo(service, code)).toBe('https://example.com/gone');
  await call(service, 'PUT', `/urls/${id}`, { is_active: false });
  const off = await call(service, 'GET', `/${code}`);
  expect([off.status, off.body]).toEqual([410, expect.objectContaining({ error: 'URL is deactivated' })]);
  await call(service, 'PUT', `/urls/${id}`, { is_active: true, expires_at: '2020-01-01T00:00:00Z' });
  expect((await call(service, 'GET', `/${code}`)).body).toMatchObject({ status: 410, error: 'URL has expired' });
  await call(service, 'PUT', `/urls/${id}`, { expires_at: null });
  expect(await leadsTo(service, code)).toBe('https://example.com/gone');
});

test('a cached link stops at the moment at which it expires', async () => {
  const expires = Date.now() + 1_000;
  const { code } = await makeLink(service, 'https://example.com/soon', { expires_at: new Date(expires).toISOString() });
  let seen = await leadsTo(service, code);
  expect(seen).toBe('https://example.com/soon');
  while (seen !== 410) seen = await leadsTo(service, code);
  expect(Date.now()).toBeGreaterThanOrEqual(expires);
});

test('the preview shows where a link leads without following it, and escapes it', async () => {
  const { id, code } = await makeLink(service, "https://example.com/<script>?'&x");
  const { status, headers, body } = await call(service, 'GET', `/${code}+`);
  expect([status, headers.get('content-type'), headers.get('location')]).toEqual([
    200,
    'text/html; charset=utf-8',
    null,
  ]);
  expect(body).toContain('https://example.com/&lt;script&gt;?&#39;&amp;x');
  expect(await clicksOf(id)).toBe(0);
  expect((await call(service, 'GET', '/unknown2+')).status).toBe(404);
});

test('the QR code is drawn in the format and size that are asked for', async () => {
  const { code } = await makeLink(service, 'https://example.com/qr');
  const svg = await call(service, 'GET', `/${code}/qr`);
  expect([svg.status, svg.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
  expect(svg.body).toContain('width="256"');
  const png = await fetch(`${service.url}/${code}/qr?format=png&size=400`);
  const bytes = Buffer.from(await png.arrayBuffer());
  expect([bytes.subarray(1, 4).toString(), bytes.readUInt32BE(16)]).toEqual(['PNG', 400]);
  for (const query of ['format=gif', 'size=63', 'size=1025', 'size=-1', 'size=x']) {
    expect((await call(service, 'GET', `/${code}/qr?${query}`)).status).toBe(400);
  }
  expect((await call(service, 'GET', '/unknown3/qr')).status).toBe(404);
});

test('a route keeps its path, whatever looks like a code', async () => {
  expect((await call(service, 'GET', '/health')).body).toMatchObject({ status: 'ok' });
  expect((await call(service, 'GET', '/assets')).body).toMatchObject({ status: 404, error: 'Not found' });
  expect((await call(service, 'POST', '/unknown4')).status).toBe(405);
});

test.each(['/%41bc', '/abc/def', '/a%00b', '/abc%', `/${'a'.repeat(33)}`, '/ü', '//abc', '/'])(
  'a path that can be no code is answered by the rest of the service: %s',
  async (path) => {
    const { status } = await call(service, 'GET', path);
    expect([200, 400, 404]).toContain(status);
  },
);

test('an absolute target and a query with strange bytes end in no broken header', async () => {
  const { code } = await makeLink(service, 'https://example.com/raw', { forward_query: true });
  using connection = await openRaw(service.url);
  connection.write(Buffer.from(`GET /${code}?a=\xff"<b>|# HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, 'latin1'));
  const answer = await connection.closed;
  expect(answer.startsWith('HTTP/1.1 302') ? answer : 'HTTP/1.1 400').toMatch(
    /^HTTP\/1.1 400|Location: https:\/\/example.com\/raw\?a=%FF%22%3Cb%3E%7C%23\r\n/,
  );
  using absolute = await openRaw(service.url);
  absolute.write(`GET http://other/${code} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect(await absolute.closed).toMatch(/^HTTP\/1.1 (302|404)/);
});

test('an address beyond ASCII is sent as the parser writes it', async () => {
  const { code } = await makeLink(service, 'https://例え.example/ü?q=ß');
  expect(await leadsTo(service, code)).toBe('https://xn--r8jz45g.example/%C3%BC?q=%C3%9F');
});

test('an address that no header can carry is gone, and those that are asked for with it are not', async () => {
  const bad = await makeLink(service, 'https://example.com/bad');
  const good = await makeLink(service, 'https://example.com/good');
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query('update urls set original_url = $1 where id = $2', ['http://[ü\n', bad.id]);
  await client.end();
  expect(await Promise.all([leadsTo(service, bad.code), leadsTo(service, good.code)])).toEqual([
    410,
    'https://example.com/good',
  ]);
});
