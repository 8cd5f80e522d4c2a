import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { call } from '../support/api.ts';
import { query } from '../support/query.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(async () => service[Symbol.asyncDispose]());

let turn = 0;
const userId = async (): Promise<number> => {
  turn += 1;
  const user = { username: `owner${turn}`, email: `owner${turn}@example.org` };
  return ((await call(service, 'POST', '/users', user)).body as { id: number }).id;
};
const addUrls = (owner: number, count: number) =>
  query(
    service.databaseUrl,
    `insert into urls (user_id, short_code, original_url)
     select ${owner}, 'u${owner}-' || n, 'https://example.org/' || n from generate_series(1, ${count}) as n`,
  );
const status = async (code: string) => (await fetch(`${service.url}/${code}`, { redirect: 'manual' })).status;
const deletions = (owner: number) =>
  query(
    service.databaseUrl,
    `select count(*)::int as events, count(distinct url_id)::int as urls from events
     where event_type = 'deleted' and user_id = ${owner}`,
  );

test('the event of a url that goes with its user is that of one that is deleted alone', async () => {
  const owner = await userId();
  const made = async (path: string) => {
    const body = { original_url: `https://example.org/"${path}"\\ü`, user_id: owner };
    return (await call(service, 'POST', '/urls', body)).body as { id: number };
  };
  const [alone, along] = [await made('alone'), await made('along')];
  await call(service, 'DELETE', `/urls/${alone.id}`);
  await call(service, 'DELETE', `/users/${owner}`);
  const [first, second] = (await query(
    service.databaseUrl,
    `select event_type, user_id, details - 'short_code' as details from events
     where url_id in (${alone.id}, ${along.id}) and event_type = 'deleted' order by url_id`,
  )) as { details: { original_url: string } }[];
  expect(second).toEqual({
    ...first,
    details: { original_url: first?.details.original_url.replace('alone', 'along') },
  });
});

test('of more urls than a request may remove, a user is left alone, and they go in several requests', async () => {
  const owner = await userId();
  await addUrls(owner, 20_001);
  expect(await status(`u${owner}-20001`)).toBe(302);
  expect(await call(service, 'DELETE', `/users/${owner}`)).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining(`DELETE /users/${owner}/urls`) },
  });
  expect(await status(`u${owner}-1`)).toBe(302);
  expect(await deletions(owner)).toEqual([{ events: 0, urls: 0 }]);

  expect(await call(service, 'DELETE', `/v1/users/${owner}/urls`)).toMatchObject({
    status: 200,
    body: { removed: 20_000, more: true },
  });
  expect([await status(`u${owner}-1`), await status(`u${owner}-20001`)]).toEqual([404, 302]);
  expect((await call(service, 'GET', `/users/${owner}`)).status).toBe(200);

  expect((await call(service, 'DELETE', `/users/${owner}`)).status).toBe(204);
  expect(await status(`u${owner}-20001`)).toBe(404);
  expect(await deletions(owner)).toEqual([{ events: 20_001, urls: 20_001 }]);
});

test('as many urls as a request may remove go with their user, also when replicas are told of all codes at once', async () => {
  const owner = await userId();
  await addUrls(owner, 20_000);
  expect([await status(`u${owner}-1`), await status(`u${owner}-20000`)]).toEqual([302, 302]);
  expect((await call(service, 'DELETE', `/users/${owner}`)).status).toBe(204);
  expect([await status(`u${owner}-1`), await status(`u${owner}-20000`)]).toEqual([404, 404]);
  expect((await call(service, 'GET', `/urls?user_id=${owner}`)).headers.get('x-total-count')).toBe('0');
});

test('the urls of a user without any, and of nobody', async () => {
  expect(await call(service, 'DELETE', `/users/${await userId()}/urls`)).toMatchObject({
    status: 200,
    body: { removed: 0, more: false },
  });
  expect(await call(service, 'DELETE', '/users/99999999/urls')).toMatchObject({
    status: 404,
    body: { error: 'User not found' },
  });
});

/** The urls of a user, held so that nobody can delete them until it is released. */
async function held(owner: number) {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query('begin');
  await client.query('select from urls where user_id = $1 for update', [owner]);
  return client;
}

/** Until so many of the service's statements wait for others. */
const untilWaiting = (count: number) =>
  until(async () => {
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    return (await query(service.databaseUrl, waiting)).length >= count;
  });

test('while the urls of a user are taken away, others are added for the user at once', async () => {
  const owner = await userId();
  await addUrls(owner, 3);
  const holder = await held(owner);
  const removal = call(service, 'DELETE', `/users/${owner}/urls`);
  await untilWaiting(1);
  const added = await call(service, 'POST', '/urls', { original_url: 'https://example.org/new', user_id: owner });
  expect(added.status).toBe(201);
  await holder.end();
  expect(await removal).toMatchObject({ status: 200, body: { removed: 4, more: false } });
});

test('a url that somebody deletes at the same moment keeps none of the others', async () => {
  const owner = await userId();
  await addUrls(owner, 5_001);
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query('begin');
  await client.query('delete from urls where short_code = $1', [`u${owner}-1`]);
  const removal = call(service, 'DELETE', `/users/${owner}`);
  await untilWaiting(1);
  await client.query('commit');
  await client.end();
  expect((await removal).status).toBe(204);
  expect(await deletions(owner)).toEqual([{ events: 5_000, urls: 5_000 }]);
});

test('one removal goes on at a time, and of many that wait some are told to come back', async () => {
  const owner = await userId();
  await addUrls(owner, 3);
  const holder = await held(owner);
  const refused = Promise.withResolvers<Headers>();
  const removals = Array.from({ length: 12 }, async () => {
    const answer = await call(service, 'DELETE', `/users/${owner}/urls`);
    if (answer.status === 429) refused.resolve(answer.headers);
    return answer.status;
  });
  expect((await refused.promise).get('retry-after')).toBe('3');
  await untilWaiting(1);
  await holder.end();
  const statuses = new Set(await Promise.all(removals));
  expect([...statuses].sort()).toEqual([200, 429]);
});
