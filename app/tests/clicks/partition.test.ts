import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { makePartitions } from '../../src/events/partitions.ts';
import { makeLink } from '../redirects/links.ts';
import { call } from '../support/api.ts';
import { startTestService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { clicksByRequest, lookAt } from './history.ts';

const waitingForLock = async (databaseUrl: string): Promise<boolean> => {
  await using database = await lookAt(databaseUrl);
  const { rows } = await sql`
    select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into events%'`.execute(
    database.db,
  );
  return rows.length > 0;
};

test('a click whose month gets its partition while it is written is in the history, and not set aside', async () => {
  await using service = await startTestService();
  await using database = await lookAt(service.databaseUrl);
  const { db } = database;
  const { code } = await makeLink(service, 'https://example.com/');
  const name = `events_${new Date().toISOString().slice(0, 7).replace('-', '_')}`;
  await until(
    async () =>
      (await sql`select to_regclass(${name}) as it where to_regclass(${name}) is not null`.execute(db)).rows.length > 0,
  );
  await sql`drop table ${sql.table(name)}`.execute(db);
  await db.transaction().execute(async (trx) => {
    await sql`lock table events_default in access exclusive mode`.execute(trx);
    await call(service, 'GET', `/${code}`, undefined, { 'X-Request-ID': 'between' });
    await until(() => waitingForLock(service.databaseUrl));
    await makePartitions(trx, new Date());
  });
  await until(async () => (await clicksByRequest(db)).get('between') === 1);
  expect(await db.selectFrom('click_aside').select('id').execute()).toEqual([]);
});
