import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type BreakerState, createBreaker } from '../../src/platform/breaker.ts';
import { createPostgres } from '../../src/platform/postgres.ts';
import { isAnswerTooLate, isPostgresThere } from '../../src/platform/postgres-failure.ts';
import { call } from '../support/api.ts';
import { query } from '../support/query.ts';
import { startTestService } from '../support/service.ts';
import { createTestDatabase, startPostgres } from '../support/stores.ts';

/** What may not be taken for a time-out is far longer than any pause of a machine that does much else. */
const long = 4_000;
const short = 500;
const poolSize = 10;
const slowOnes = 8;

function connect(url: string, timeout: number) {
  const states: BreakerState[] = [];
  const onState = (_: string, state: BreakerState) => void states.push(state);
  const breaker = createBreaker({ dependency: 'postgres', timeout: 0, harmless: isPostgresThere, onState });
  const { db, ...owned } = createPostgres<never>({ url, poolSize, timeout, name: 'test', breaker });
  const dispose = async () => {
    breaker[Symbol.dispose]();
    await owned[Symbol.asyncDispose]();
  };
  const now = () => sql`select 1`.execute(db);
  /** One that Postgres does not end by itself. Answers how it failed. */
  const slow = () =>
    db.connection().execute(async (one) => {
      await sql`set statement_timeout = 0`.execute(one);
      return sql`select pg_sleep(60)`.execute(one).then(
        () => undefined,
        (error: unknown) => error,
      );
    });
  return { states, now, slow, [Symbol.asyncDispose]: dispose };
}

test('statements that are not answered in time, while others are → they alone fail', async () => {
  await using database = await createTestDatabase();
  await using postgres = connect(database.url, long);
  let over = false;
  const others = (async () => {
    while (!over) await postgres.now();
  })();
  const failures = await Promise.all(Array.from({ length: slowOnes }, postgres.slow));
  over = true;
  await others;
  expect(failures.map(isAnswerTooLate)).toEqual(Array(slowOnes).fill(true));
  expect(postgres.states).toEqual(['closed']);
});

test('nobody is answered any more → the breaker opens', async () => {
  await using server = await startPostgres();
  await using postgres = connect(server.url, short);
  await postgres.now();
  await server.pause();
  const ask = () => postgres.now().catch((error: unknown) => error);
  while (!postgres.states.includes('open')) {
    const failures = await Promise.all(Array.from({ length: slowOnes }, ask));
    expect(failures.map(isAnswerTooLate)).toEqual(Array(slowOnes).fill(false));
  }
  await server.resume();
});

test('a list that Postgres takes too long for → told so, and everybody else is answered', async () => {
  await using service = await startTestService({ databaseTimeout: long });
  const slow = `alter table users rename to own_users;
    create view users as select own_users.* from (select pg_sleep(60)) as slow left join own_users on true`;
  await query(service.databaseUrl, slow);
  const users = await Promise.all(Array.from({ length: slowOnes }, () => call(service, 'GET', '/users')));
  const told = users.map(({ status, body }) => [status, (body as { detail: string }).detail]);
  expect(told).toEqual(Array(slowOnes).fill([503, 'The database took too long']));
  expect((await call(service, 'GET', '/urls')).status).toBe(200);
});
