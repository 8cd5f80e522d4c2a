import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { reconcile } from '../../src/commands/reconcile.ts';
import { call } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

type Sent = { id: number };

const send = async (method: string, path: string, body?: unknown): Promise<Sent> => {
  const answer = await call(service, method, path, body);
  expect(answer.status).toBeLessThan(300);
  return answer.body as Sent;
};
const makeUrl = () => send('POST', '/urls', { original_url: 'https://example.com/' });
const makeClick = (url_id: number, details: object = {}) =>
  send('POST', '/events', { event_type: 'click', url_id, details });
const countOf = async ({ id }: Sent): Promise<number> =>
  (await send('GET', `/urls/${id}`).then((url) => url as unknown as { click_count: number })).click_count;

/** What `reconcile` says where it finds fault, else nothing. */
async function faults(): Promise<string> {
  const lines: string[] = [];
  const env = { DATABASE_URL: service.databaseUrl };
  const code = await reconcile({ env, argv: [], process, print: (line) => lines.push(line) });
  return code === 0 ? '' : lines.join('\n');
}

const odd = [
  {},
  { browser: 'Firefox', os: 'Linux', device: 'desktop', referrer: 'example.org' },
  { bot: true },
  { bot: 'true', referrer: 'example.org' },
  { referrer: 5, browser: ['Firefox'] },
  { referrer: null, os: 'no such system' },
  { referrer: { a: 1 } },
  { referrer: 'x'.repeat(1_000) },
];

test('a click that is posted counts, and the counts are still those of the history', async () => {
  const url = await makeUrl();
  for (const details of odd) await makeClick(url.id, details);
  expect(await countOf(url)).toBe(odd.length);
  expect(await faults()).toBe('');
});

test('a click that is deleted counts no more', async () => {
  const url = await makeUrl();
  const clicks = await Promise.all(odd.map((details) => makeClick(url.id, details)));
  for (const { id } of clicks) await send('DELETE', `/events/${id}`);
  expect(await countOf(url)).toBe(0);
  expect(await faults()).toBe('');
});

test('what is changed into a click, or moved to another url, counts there', async () => {
  const [one, other] = [await makeUrl(), await makeUrl()];
  const event = await send('POST', '/events', { event_type: 'note', url_id: one.id });
  const change = (body: object) => send('PUT', `/events/${event.id}`, body);
  const counts = async () => [await countOf(one), await countOf(other), await faults()];
  expect(await counts()).toEqual([0, 0, '']);
  await change({ event_type: 'click' });
  expect(await counts()).toEqual([1, 0, '']);
  await change({ url_id: other.id, details: { referrer: 'example.org' } });
  expect(await counts()).toEqual([0, 1, '']);
  await change({ event_type: 'note' });
  expect(await counts()).toEqual([0, 0, '']);
});

test('of many who delete and change one click at once, it is taken out of the counts once', async () => {
  const url = await makeUrl();
  const { id } = await makeClick(url.id);
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      n % 2 ? call(service, 'DELETE', `/events/${id}`) : call(service, 'PUT', `/events/${id}`, { details: { n } }),
    ),
  );
  expect(await countOf(url)).toBe(0);
  expect(await faults()).toBe('');
});
