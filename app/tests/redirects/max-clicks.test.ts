import { expect, test } from '@jest/globals';
import { call } from '../support/api.ts';
import { startTestService } from '../support/service.ts';
import { createTestDatabase, startPostgres, startRedis } from '../support/stores.ts';
import { leadsTo, leaseHeld, makeLink } from './links.ts';

const target = 'https://example.com/limited';

test('of 1,000 requests to two replicas at once, a link with max_clicks 100 redirects exactly 100', async () => {
  await using database = await createTestDatabase();
  await using redis = await startRedis();
  const settings = { databaseUrl: database.url, cacheUrl: redis.url };
  await using one = await startTestService(settings);
  await using other = await startTestService(settings);
  const { code } = await makeLink(one, target, { max_clicks: 100 });
  const requests = Array.from({ length: 1_000 }, (_, index) => leadsTo(index % 2 ? one : other, code));
  const answers = await Promise.all(requests);
  expect(answers.filter((answer) => answer === target)).toHaveLength(100);
  expect(answers.filter((answer) => answer === 410)).toHaveLength(900);
});

test('a raised limit gives what was added, a lowered one nothing, a lifted one everything', async () => {
  await using service = await startTestService();
  const { id, code } = await makeLink(service, target, { max_clicks: 2 });
  const take = async (times: number) => {
    const answers = await Promise.all(Array.from({ length: times }, () => leadsTo(service, code)));
    return answers.filter((answer) => answer === target).length;
  };
  expect(await take(5)).toBe(2);
  await call(service, 'PUT', `/urls/${id}`, { max_clicks: 5 });
  expect(await take(5)).toBe(3);
  await call(service, 'PUT', `/urls/${id}`, { max_clicks: 1 });
  expect(await take(2)).toBe(0);
  await call(service, 'PUT', `/urls/${id}`, { max_clicks: 6 });
  expect(await take(2)).toBe(1);
  await call(service, 'PUT', `/urls/${id}`, { max_clicks: null });
  expect(await take(7)).toBe(7);
  await call(service, 'DELETE', `/urls/${id}`);
  expect(await leadsTo(service, code)).toBe(404);
});

test('a used up link says so, and is in neither cache a way to somewhere', async () => {
  await using redis = await startRedis();
  await using service = await startTestService({ cacheUrl: redis.url });
  await leaseHeld(service);
  const { code } = await makeLink(service, target, { max_clicks: 1 });
  expect(await leadsTo(service, code)).toBe(target);
  expect((await call(service, 'GET', `/${code}`)).body).toMatchObject({ status: 410, error: 'URL has no uses left' });
  expect((await call(service, 'GET', `/urls/${code}/redirect`)).status).toBe(410);
});

test('without Postgres a limited link is a 503, and its uses are still there afterwards', async () => {
  await using postgres = await startPostgres();
  await using redis = await startRedis();
  const settings = { databaseUrl: postgres.url, cacheUrl: redis.url, queueUrl: redis.url, databaseTimeout: 1_000 };
  await using service = await startTestService(settings);
  await leaseHeld(service);
  const { code } = await makeLink(service, target, { max_clicks: 2 });
  expect(await leadsTo(service, code)).toBe(target);
  await postgres.kill();
  expect(await leadsTo(service, code)).toBe(503);
  await postgres.restart();
  let answer = await leadsTo(service, code);
  while (answer === 503) answer = await leadsTo(service, code);
  expect([answer, await leadsTo(service, code)]).toEqual([target, 410]);
});
