import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startEdge } from './running-edge.ts';

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
