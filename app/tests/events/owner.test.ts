import { expect, test } from '@jest/globals';
import { call } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';

type Event = { id: number; url_id: number | null; user_id: number | null; event_type: string };

const list = async (service: TestService, query: string): Promise<Event[]> =>
  (await call(service, 'GET', `/events?${query}`)).body as Event[];

async function makeUser(service: TestService, username: string): Promise<number> {
  const { body } = await call(service, 'POST', '/users', { username, email: `${username}@example.org` });
  return (body as { id: number }).id;
}

/** A url of a user, and so many clicks that are in the history. */
async function clicked(service: TestService, user_id: number, clicks: number): Promise<number> {
  const { body } = await call(service, 'POST', '/urls', { original_url: 'https://example.com/', user_id });
  const { id, short_code } = body as { id: number; short_code: string };
  for (let n = 0; n < clicks; n += 1) await call(service, 'GET', `/${short_code}`);
  await until(async () => (await list(service, `url_id=${id}&event_type=click`)).length === clicks);
  return id;
}

test("a user's events have the clicks of the user's urls among them, in order, and each says whose it is", async () => {
  await using service = await startTestService();
  const ada = await makeUser(service, 'ada');
  const bob = await makeUser(service, 'bob');
  const first = await clicked(service, ada, 3);
  await clicked(service, bob, 2);
  const second = await clicked(service, ada, 2);
  const all = await list(service, `user_id=${ada}`);
  expect(all.map(({ url_id, event_type }) => [url_id, event_type])).toEqual([
    [first, 'created'],
    ...Array(3).fill([first, 'click']),
    [second, 'created'],
    ...Array(2).fill([second, 'click']),
  ]);
  expect(all.every(({ user_id }) => user_id === ada)).toBe(true);
  const ids = all.map(({ id }) => id);
  const narrowed = async (query: string) => (await list(service, `user_id=${ada}&${query}`)).map(({ id }) => id);
  expect(await narrowed('order=desc&per_page=3')).toEqual(ids.toReversed().slice(0, 3));
  expect(await narrowed('event_type=click')).toEqual([...ids.slice(1, 4), ...ids.slice(5)]);
  expect(await narrowed('event_type=created')).toEqual([ids[0], ids[4]]);
  expect(await narrowed(`url_id=${second}`)).toEqual(ids.slice(4));
  expect(await narrowed('to=2024-01-01')).toEqual([]);
  const answer = await call(service, 'GET', `/events?user_id=${ada}&per_page=4`);
  const next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';
  expect(((await call(service, 'GET', next)).body as Event[]).map(({ id }) => id)).toEqual(ids.slice(4));
});

test('of a removed user the clicks show no user', async () => {
  await using service = await startTestService();
  const ada = await makeUser(service, 'ada');
  const url = await clicked(service, ada, 1);
  const [click] = await list(service, `url_id=${url}&event_type=click`);
  await call(service, 'DELETE', `/users/${ada}`);
  const { body } = await call(service, 'GET', `/events/${click?.id}`);
  expect(body).toMatchObject({ url_id: null, user_id: null, event_type: 'click' });
});
