import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { makeLink } from '../redirects/links.ts';
import { call } from '../support/api.ts';
import { startTestService } from '../support/service.ts';
import { createTestDatabase, testRedisUrl } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { expectEachOnce, lookAt } from './history.ts';
import { startTraffic } from './traffic.ts';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0';

test('three replicas write at the same time: each click once, sums right, whoever read what', async () => {
  await using stack = new AsyncDisposableStack();
  const { url: databaseUrl } = stack.use(await createTestDatabase());
  const queueUrl = await testRedisUrl();
  const start = async () => stack.use(await startTestService({ databaseUrl, queueUrl }));
  const replicas = [await start(), await start(), await start()];
  const codes = await Promise.all(
    [1, 2, 3].map((n) => makeLink({ url: replicas[0]?.url ?? '' }, `https://example.com/${n}`)),
  );
  const traffics = codes.map(({ code }) => startTraffic(replicas, code, 3));
  await Promise.all(traffics.map((traffic) => traffic.answers(700)));
  await Promise.all(traffics.map((traffic) => traffic.stop()));
  const answered = new Set(traffics.flatMap((traffic) => [...traffic.answered]));
  expect(traffics.map(({ failed }) => failed)).toEqual([0, 0, 0]);
  expect(await expectEachOnce(databaseUrl, answered)).toBe(0);
});

test('a replica that writes directly and one with a queue add to the same counts', async () => {
  await using stack = new AsyncDisposableStack();
  const { url: databaseUrl } = stack.use(await createTestDatabase());
  const direct = stack.use(await startTestService({ databaseUrl }));
  const queued = stack.use(await startTestService({ databaseUrl, queueUrl: await testRedisUrl() }));
  const { id, code } = await makeLink(direct, 'https://example.com/');
  const traffic = startTraffic([direct, queued], code, 4);
  await traffic.answers(500);
  await traffic.stop();
  await expectEachOnce(databaseUrl, traffic.answered);
  const { body } = await call(direct, 'GET', `/urls/${id}`);
  expect(body).toMatchObject({ click_count: traffic.answered.size });
});

test('a url and day keep a bounded number of referrers, whoever sends others', async () => {
  await using service = await startTestService();
  await using database = await lookAt(service.databaseUrl);
  const { code } = await makeLink(service, 'https://example.com/');
  const rows = async () => {
    const { rows: shares } = await sql<{ shares: number; clicks: number }>`
      select count(*) as shares, sum(clicks)::int as clicks from url_shares where kind = 'referrer'`.execute(
      database.db,
    );
    return shares[0];
  };
  for (let part = 1; part <= 6; part++) {
    const follow = (n: number) =>
      call(service, 'GET', `/${code}`, undefined, {
        Referer: `https://${n}.part${part}.example/`,
        'User-Agent': firefox,
      });
    await Promise.all(Array.from({ length: 50 }, (_, n) => follow(n)));
    await until(async () => (await rows())?.clicks === part * 50);
  }
  // Two replicas or parts that come together may pass the bound by what one of them brings.
  expect((await rows())?.shares).toBeLessThanOrEqual(201);
});

test('more visitors than a day counts exactly are estimated', async () => {
  await using service = await startTestService({ trustProxy: true });
  const { id, code } = await makeLink(service, 'https://example.com/');
  const follow = (n: number) =>
    call(service, 'GET', `/${code}`, undefined, {
      'X-Forwarded-For': `198.51.${n >> 8}.${n & 255}`,
      'User-Agent': firefox,
    });
  for (let from = 0; from < 600; from += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, n) => follow(from + n)));
  }
  const stats = async () =>
    (await call(service, 'GET', `/urls/${id}/stats`)).body as {
      clicks: number;
      unique_visitors: { visitors: number }[];
    };
  await until(async () => (await stats()).clicks === 600);
  const visitors = (await stats()).unique_visitors.reduce((sum, day) => sum + day.visitors, 0);
  expect(Math.abs(visitors - 600)).toBeLessThan(30);
});
