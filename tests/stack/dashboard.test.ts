import { beforeAll, expect, test } from '@jest/globals';
import { type Message, openStream, type Stream } from '../../app/tests/support/sse.ts';
import { base } from './support/place.ts';
import { ask, eventually, rest, setting } from './support/stack.ts';

beforeAll(async () => void (await rest()));

const path = '/dashboard/session';
const own = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };

/** A browser's cookie for the admin key. */
async function signIn(): Promise<string> {
  const body = JSON.stringify({ key: await setting('API_KEY') });
  const response = await fetch(base + path, { method: 'POST', headers: own, body });
  expect(response.status).toBe(201);
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

const isHealth = ({ name }: Message): boolean => name === 'health';
const replicaOf = async (stream: Stream): Promise<unknown> => (await stream.message(isHealth)).data['replica'];

/** Streams of two replicas. */
async function watchBoth(cookie: string, stack: AsyncDisposableStack): Promise<Stream[]> {
  const found = new Map<unknown, Stream>();
  let asked = 0;
  await eventually('both replicas are watched', async () => {
    asked += 1;
    const stream = stack.use(await openStream(`${base}/stream`, { cookie }));
    found.set(await replicaOf(stream), stream);
    if (found.size < 2) throw new Error(`${asked} streams are of ${[...found.keys()].join(', ')}`);
    return true;
  });
  return [...found.values()];
}

test('the page comes with its policy, and all that it is made of for good and packed', async () => {
  const page = await fetch(`${base}/dashboard`);
  expect([page.status, page.headers.get('content-security-policy')]).toEqual([
    ...[200, expect.stringContaining("script-src 'self'")],
  ]);
  const html = await page.text();
  const paths = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, asset = '']) => asset);
  expect(page.headers.get('content-encoding')).toBe('gzip');
  expect(paths.length).toBeGreaterThan(0);
  for (const asset of paths) {
    const { status, headers } = await fetch(base + asset);
    expect([asset, status, headers.get('cache-control'), headers.get('content-encoding')]).toEqual([
      ...[asset, 200, 'public, max-age=31536000, immutable', 'gzip'],
    ]);
  }
});

test('a key is exchanged for a cookie, with which the page may do what the key may, and from no other page', async () => {
  expect((await fetch(`${base}/urls`)).status).toBe(401);
  const cookie = await signIn();
  expect((await fetch(`${base}/urls`, { headers: { cookie } })).status).toBe(200);
  const foreign = { ...own, cookie, 'sec-fetch-site': 'cross-site' };
  const body = JSON.stringify({ original_url: 'https://example.com/' });
  expect((await fetch(`${base}/urls`, { method: 'POST', headers: foreign, body })).status).toBe(403);
  expect((await fetch(`${base}/urls`, { method: 'POST', headers: { ...own, cookie }, body })).status).toBe(201);
});

test('what happens is told by each replica through nginx as it happens, whichever of them did it', async () => {
  await using stack = new AsyncDisposableStack();
  const streams = await watchBoth(await signIn(), stack);
  const response = await ask('POST', '/urls', { original_url: 'https://example.com/watched' });
  const { id, short_code } = (await response.json()) as { id: number; short_code: string };
  await fetch(`${base}/${short_code}`, { redirect: 'manual' });
  for (const type of ['created', 'click']) {
    const isIt = ({ data }: Message) => data['url_id'] === id && data['event_type'] === type;
    const told = await Promise.all(streams.map((stream) => stream.message(isIt)));
    expect(new Set(told.map((message) => message.id)).size).toBe(1);
  }
});
