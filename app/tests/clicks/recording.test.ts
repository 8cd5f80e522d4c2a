import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createClient } from 'redis';
import { makeLink, metric } from '../redirects/links.ts';
import { call } from '../support/api.ts';
import { startTestService } from '../support/service.ts';
import { testRedisUrl } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { haltIngestion } from './halt.ts';
import { lookAt } from './history.ts';

const safari =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0';
const googlebot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const address = '198.51.100.77';

type Counted = { click_count: number };
const stores = [['a queue', testRedisUrl] as const, ['Postgres alone', async () => undefined] as const];

test.each(stores)(
  'with %s, an answered redirect is in the events, in click_count and in the stats',
  async (_, queue) => {
    await using service = await startTestService({ queueUrl: await queue(), trustProxy: true });
    const { id, code } = await makeLink(service, 'https://example.com/target');
    const follow = (from: string, agent: string, referrer = '') =>
      call(service, 'GET', `/${code}`, undefined, {
        'X-Forwarded-For': from,
        'User-Agent': agent,
        ...(referrer && { Referer: referrer }),
      });
    const { headers } = await follow(address, safari, 'https://news.example.org/today?id=7');
    await follow(address, safari);
    await follow('198.51.100.78', firefox);
    await follow('198.51.100.79', googlebot);
    const count = async () => ((await call(service, 'GET', `/urls/${id}`)).body as Counted).click_count;
    await until(async () => (await count()) === 4);

    const { body: events } = await call(service, 'GET', `/events?url_id=${id}&event_type=click`);
    expect(events).toHaveLength(4);
    expect(events).toMatchObject([
      {
        url_id: id,
        event_type: 'click',
        details: {
          short_code: code,
          original_url: 'https://example.com/target',
          request_id: headers.get('x-request-id'),
          referrer: 'news.example.org',
          browser: 'Safari',
          os: 'iOS',
          device: 'mobile',
          bot: false,
        },
      },
      { details: { browser: 'Safari' } },
      { details: { browser: 'Firefox' } },
      { details: { bot: true } },
    ]);

    const { status, body: stats } = await call(service, 'GET', `/v1/urls/${id}/stats`);
    expect(status).toBe(200);
    expect(stats).toMatchObject({
      url_id: id,
      clicks: 4,
      bots: 1,
      referrers: [
        { value: '(direct)', clicks: 2 },
        { value: 'news.example.org', clicks: 1 },
      ],
      browsers: [
        { value: 'Safari', clicks: 2 },
        { value: 'Firefox', clicks: 1 },
      ],
      os: [
        { value: 'iOS', clicks: 2 },
        { value: 'Linux', clicks: 1 },
      ],
      devices: [
        { value: 'mobile', clicks: 2 },
        { value: 'desktop', clicks: 1 },
      ],
    });
    const { series, unique_visitors: unique } = stats as { series: Counted[]; unique_visitors: unknown[] };
    expect(series).toHaveLength(30);
    expect(series.at(-1)).toMatchObject({ clicks: 4, bots: 1 });
    expect(unique.at(-1)).toMatchObject({ visitors: 2 });
  },
);

test('stats of a url that does not exist are a 404, a range the wrong way round is a 400', async () => {
  await using service = await startTestService();
  expect(await call(service, 'GET', '/urls/1/stats')).toMatchObject({ status: 404, body: { error: 'URL not found' } });
  const { id } = await makeLink(service, 'https://example.com/');
  for (const query of ['from=2026-03-02&to=2026-03-01', 'interval=week', 'from=yesterday', 'from=0001-01-01']) {
    expect(await call(service, 'GET', `/urls/${id}/stats?${query}`)).toMatchObject({ status: 400 });
  }
});

test('no address is stored anywhere, in no form', async () => {
  const queueUrl = await testRedisUrl();
  await using service = await startTestService({ queueUrl, trustProxy: true });
  await using database = await lookAt(service.databaseUrl);
  const { code } = await makeLink(service, 'https://example.com/');
  // Holds ingestion up, so that the stream can be looked at with the click in it.
  {
    await using _halted = await haltIngestion(service.databaseUrl);
    await call(service, 'GET', `/${code}`, undefined, { 'X-Forwarded-For': address });
    const queue = await createClient({ url: queueUrl }).connect();
    const entries = await queue.xRange('clicks:1', '-', '+');
    expect(entries).toHaveLength(1);
    expect(JSON.stringify(entries)).not.toContain('198.51.100');
    queue.destroy();
  }
  await until(async () => (await metric(service, 'clicks_ingested_total')) === 1);
  const { rows: tables } = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'public'`.execute(
    database.db,
  );
  for (const { name } of tables) {
    const { rows } = await sql<{ found: number }>`
      select count(*) as found from ${sql.raw(name)} as t where t::text like '%198.51.100%'`.execute(database.db);
    expect({ name, found: rows[0]?.found }).toEqual({ name, found: 0 });
  }
});

test('stats are answered from sums: without a single event left they say the same', async () => {
  await using service = await startTestService();
  await using database = await lookAt(service.databaseUrl);
  const { id, code } = await makeLink(service, 'https://example.com/');
  await call(service, 'GET', `/${code}`, undefined, { 'User-Agent': safari });
  const stats = async () => (await call(service, 'GET', `/urls/${id}/stats`)).body as { clicks: number };
  await until(async () => (await stats()).clicks === 1);
  const before = await stats();
  await sql`delete from events`.execute(database.db);
  expect(await stats()).toEqual(before);
});
