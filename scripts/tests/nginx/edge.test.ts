import type { IncomingMessage, RequestListener } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '../../../app/tests/support/free-port.ts';
import { temporaryFolder } from '../../../app/tests/support/temporary-folder.ts';
import { leaveSocket, startDeafReplica, startDeafSocket, startEdge, startEdgeTelling } from './running-edge.ts';

/** Longer than what nginx would keep of an answer's head by default. */
const longAddress = `https://example.com/${'x'.repeat(12_000)}`;
const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let edge: Awaited<ReturnType<typeof startEdge>>;
beforeAll(async () => {
  edge = await startEdge((_request, response) => response.writeHead(302, { location: longAddress }).end());
});
afterAll(async () => await edge[Symbol.asyncDispose]());

const follow = (headers: Record<string, string> = {}) => fetch(`${edge.base}/abc1234`, { headers, redirect: 'manual' });

test('a Location of 12,000 characters → passed on whole', async () => {
  expect((await follow()).headers.get('location')).toBe(longAddress);
});

test("a client's trace → goes on in the replica; what is none does not", async () => {
  await follow({ traceparent: trace });
  expect(edge.headers()['traceparent']).toBe(trace);
  await follow({ traceparent: `${trace}, ${trace}` });
  expect(edge.headers()['traceparent']).toBeUndefined();
  await follow();
  expect(edge.headers()['traceparent']).toBeUndefined();
});

test('when the edge had the request → told to the replica, whatever the client says', async () => {
  const before = Date.now();
  await follow({ 'x-request-start': 't=1.000' });
  const [, seconds = ''] = /^t=(\d+\.\d{3})$/.exec(String(edge.headers()['x-request-start'])) ?? [];
  // nginx looks at its clock once a turn of its loop.
  expect(Number(seconds) * 1_000).toBeGreaterThan(before - 1_000);
  expect(Number(seconds) * 1_000).toBeLessThanOrEqual(Date.now());
});

test('the request id that the client is told → is the one that the replica gets', async () => {
  const response = await follow({ 'x-request-id': 'mine-1.2' });
  expect(edge.headers()['x-request-id']).toBe('mine-1.2');
  expect(response.status).toBe(302);
});

test('an address that a client claims → replaced by the one that nginx saw', async () => {
  await follow({ 'x-forwarded-for': '203.0.113.9' });
  expect(edge.headers()['x-forwarded-for']).toBe('127.0.0.1');
});

/** Twenty requests, one after another, to a replica that breaks off what it was sent and one that answers. */
async function askPair(method: string, path: string, headers: Record<string, string> = {}) {
  let received = 0;
  await using pair = await startEdge(
    (request) => {
      received += 1;
      request.socket.destroy();
    },
    (_request, response) => {
      received += 1;
      response.writeHead(method === 'GET' ? 302 : 201).end();
    },
  );
  const statuses = new Set<number>();
  for (let turn = 0; turn < 20; turn += 1)
    statuses.add((await fetch(`${pair.base}${path}`, { method, headers, redirect: 'manual' })).status);
  return { received, statuses };
}

test('a replica that breaks off GETs → another answers them', async () => {
  const { received, statuses } = await askPair('GET', '/abc1234');
  expect(statuses).toEqual(new Set([302]));
  expect(received).toBeGreaterThan(20);
});

test.each(['/abc1234', '/urls/abc1234/redirect', '/v1/urls/abc1234/redirect?x=%2F'])(
  'a replica that breaks off a GET of %s → whoever answers it is told, and nobody else is',
  async (path) => {
    const broken: IncomingMessage[] = [];
    const answered: IncomingMessage[] = [];
    await using pair = await startEdge(
      (request) => {
        broken.push(request);
        request.socket.destroy();
      },
      (request, response) => {
        answered.push(request);
        response.writeHead(302, { Location: '/' }).end();
      },
    );
    const headers = { 'x-request-repeated': '1' };
    for (let turn = 0; turn < 10; turn += 1) await fetch(`${pair.base}${path}`, { headers, redirect: 'manual' });
    const ids = new Set(broken.map((request) => request.headers['x-request-id']));
    const repeated = answered.filter((request) => request.headers['x-request-repeated'] === '1');
    expect(broken.filter((request) => request.headers['x-request-repeated'] === undefined)).not.toEqual([]);
    expect(new Set(repeated.map((request) => request.headers['x-request-id']))).toEqual(ids);
    expect(answered.length).toBe(10);
    expect(repeated.length).toBeLessThan(10);
    expect(answered.every(({ url }) => url === path)).toBe(true);
  },
);

test.each([
  ['of a port where nobody listens', async () => `127.0.0.1:${await freePort()}`],
  ['of a socket that is not there', async (folder: string) => `unix:${folder}/none.sock`],
  ['of a socket that a killed process left', leaveSocket],
])('a replica %s → whoever is asked then is told nothing, as nobody has the request', async (_what, address) => {
  await using folder = await temporaryFolder();
  const answered: IncomingMessage[] = [];
  await using pair = await startEdgeTelling(
    '127.0.0.1:9',
    (request, response) => {
      answered.push(request);
      response.writeHead(302, { Location: '/' }).end();
    },
    await address(folder.path),
  );
  for (let turn = 0; turn < 10; turn += 1) await fetch(`${pair.base}/abc1234`, { redirect: 'manual' });
  expect(answered.length).toBe(10);
  expect(answered.filter((request) => request.headers['x-request-repeated'])).toEqual([]);
});

test('one replica hangs and the other breaks off late → no more than one is asked after that', async () => {
  let received = 0;
  await using pair = await startEdge(
    () => {
      received += 1;
    },
    (request) => {
      received += 1;
      setTimeout(() => request.socket.destroy(), 1_400);
    },
  );
  // Which of the two is asked first is nginx's choice.
  const responses = await Promise.all([1, 2].map(() => fetch(`${pair.base}/abc1234`)));
  for (const { status } of responses) expect([503, 504]).toContain(status);
  expect(received).toBeLessThanOrEqual(6);
});

test.each([
  ['GET', '/abc1234', 4],
  ['POST', '/abc1234', 1],
])('all replicas break off a %s of %s → 503 with Retry-After', async (method, path, most) => {
  let received = 0;
  const broken: RequestListener = (request) => {
    received += 1;
    request.socket.destroy();
  };
  await using pair = await startEdge(broken, broken);
  const response = await fetch(`${pair.base}${path}`, { method });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
  expect(response.headers.get('proxy-status')).toBe('edge; error=destination_unavailable');
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(await response.json()).toMatchObject({ status: 503, detail: 'No replica is available' });
  expect(received).toBeLessThanOrEqual(most);
});

test("a replica's own 503 → passed on, and not taken for the edge's", async () => {
  await using one = await startEdge((_request, response) => response.writeHead(503, { 'retry-after': '1' }).end());
  const { status, headers } = await fetch(`${one.base}/abc1234`);
  expect([status, headers.get('retry-after'), headers.get('proxy-status')]).toEqual([503, '1', null]);
});

test('a replica that breaks off POSTs → none is sent again, whoever sent it is told', async () => {
  const { received, statuses } = await askPair('POST', '/shorten');
  expect(statuses).toEqual(new Set([201, 503]));
  expect(received).toBe(20);
});

const keyed = { 'idempotency-key': 'k' };

test.each(['/shorten', '/urls', '/v1/urls?x=%2F'])(
  'a replica that breaks off POSTs to %s with an Idempotency-Key → another answers them',
  async (path) => {
    const { received, statuses } = await askPair('POST', path, keyed);
    expect(statuses).toEqual(new Set([201]));
    expect(received).toBeGreaterThan(20);
  },
);

const requests = [
  ['a GET', 'GET', '/abc1234', {}],
  ['a POST', 'POST', '/shorten', {}],
  ['a POST with an Idempotency-Key', 'POST', '/shorten', keyed],
] as const;

test.each([
  ...requests.map((request) => ['by its port', ...request, startDeafReplica] as const),
  ...requests.map((request) => ['by its socket', ...request, startDeafSocket] as const),
])(
  'a replica that cannot be reached %s, and %s → another answers it',
  async (_by, _what, method, path, headers, start) => {
    await using folder = await temporaryFolder();
    await using deaf = await start(folder.path);
    await using pair = await startEdgeTelling(
      '127.0.0.1:9',
      (_request, response) => void response.writeHead(204).end(),
      deaf.address,
    );
    const statuses = new Set<number>();
    for (let turn = 0; turn < 4; turn += 1)
      statuses.add((await fetch(`${pair.base}${path}`, { method, headers })).status);
    expect(statuses).toEqual(new Set([204]));
  },
);

test('an Idempotency-Key where the service does not know it → none is sent again', async () => {
  const { received, statuses } = await askPair('POST', '/users', keyed);
  expect(statuses).toEqual(new Set([201, 503]));
  expect(received).toBe(20);
});

test('a create with a key → the replica gets the path and the query as they were written', async () => {
  const paths: (string | undefined)[] = [];
  await using one = await startEdge((request, response) => {
    paths.push(request.url);
    response.writeHead(201).end();
  });
  for (const path of ['/v1/urls?x=%2F&y', '/SHORTEN/'])
    await fetch(`${one.base}${path}`, { method: 'POST', headers: keyed });
  expect(paths).toEqual(['/v1/urls?x=%2F&y', '/SHORTEN/']);
  expect((await fetch(`${one.base}/.repeatable`)).status).toBe(404);
});

test("nginx's own errors → the security headers that the service's have, and no cache keeps them", async () => {
  const { headers, status } = await fetch(`${edge.base}/metrics`);
  expect(status).toBe(404);
  const names = ['x-content-type-options', 'content-security-policy', 'referrer-policy', 'cache-control'];
  expect(names.map((name) => headers.get(name))).toEqual([
    'nosniff',
    "default-src 'none'; frame-ancestors 'none'",
    'no-referrer',
    'no-store',
  ]);
});
