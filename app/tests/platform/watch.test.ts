import { expect, test } from '@jest/globals';
import pg from 'pg';
import { createWatch } from '../../src/platform/watch.ts';
import { createTestDatabase, startPostgres } from '../support/stores.ts';

async function startWatched<S extends AsyncDisposable & { url: string }>(starting: Promise<S>, interval: number) {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await starting);
  const values: number[] = [];
  const watch = stack.use(
    createWatch({
      url: server.url,
      name: 'test',
      channel: 'test_number',
      query: 'select epoch from cache_epoch',
      interval,
      timeout: 300,
      onValue: (value) => values.push(value),
    }),
  );
  const owned = stack.move();
  return { server, watch, values, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

test('it tells the number at the start, and a notified one without waiting for the next reading', async () => {
  await using watched = await startWatched(createTestDatabase(), 60_000);
  const { server, watch, values } = watched;
  await until(() => values.length > 0);
  expect([values, watch.reachable]).toEqual([[1], true]);
  await run(server.url, "notify test_number, '5'");
  await until(() => values.at(-1) === 5);
});

test('it reads again by itself, and at once when asked', async () => {
  await using watched = await startWatched(createTestDatabase(), 50);
  const { server, watch, values } = watched;
  await until(() => values.length > 0);
  await run(server.url, 'update cache_epoch set epoch = 2');
  await until(() => values.at(-1) === 2);
  await run(server.url, 'update cache_epoch set epoch = 3');
  expect([await watch.read(), values.at(-1)]).toEqual([true, 3]);
});

test.each(['pause', 'kill'] as const)(
  'a server that is gone is known to be, and read again when it is back (%s)',
  async (how) => {
    await using watched = await startWatched(startPostgres(), 50);
    const { server, watch, values } = watched;
    await until(() => watch.reachable);
    await server[how]();
    await until(() => !watch.reachable);
    expect(await watch.read()).toBe(false);
    const seen = values.length;
    await (how === 'pause' ? server.resume() : server.restart());
    await until(() => values.length > seen && watch.reachable);
  },
);
