import { expect, test } from '@jest/globals';
import { createBacklog } from '../../src/clicks/backlog.ts';
import { createDelivery, type Way } from '../../src/clicks/delivery.ts';
import { until } from '../support/until.ts';

const batch = { id: '0190f5fe-7c00-7a00-8000-000000000000', clicks: 1, payload: Buffer.alloc(1) };

/** A way whose appends end as the test says, one after the other, and which answers probes or not. */
function makeWay(name: Way['name'], answers: boolean) {
  const appends: PromiseWithResolvers<void>[] = [];
  const append = (): Promise<void> => {
    const append = Promise.withResolvers<void>();
    appends.push(append);
    return append.promise;
  };
  const probe = () => (answers ? Promise.resolve() : Promise.reject(new Error('down')));
  return { appends, way: { name, append, probe, full: () => false } satisfies Way };
}

function start(queue: Way, postgres: Way) {
  const backlog = createBacklog(10);
  const ending = new AbortController();
  const states: string[] = [];
  const delivery = createDelivery({
    ways: [queue, postgres],
    backlog,
    appended: () => {},
    dropped: () => {},
    changed: (way, state) => states.push(`${way} ${state}`),
    signal: ending.signal,
  });
  return { backlog, delivery, states, [Symbol.dispose]: () => ending.abort() };
}

test('a queue that is back before Postgres has failed too takes what would wait in memory', async () => {
  const queue = makeWay('queue', true);
  const postgres = makeWay('postgres', false);
  using started = start(queue.way, postgres.way);
  const { backlog, delivery, states } = started;
  const delivered = delivery.deliver(batch);
  queue.appends[0]?.reject(new Error('lost'));
  await until(() => states.includes('queue up') && postgres.appends.length === 1);
  postgres.appends[0]?.reject(new Error('paused'));
  await until(() => queue.appends.length === 2);
  queue.appends[1]?.resolve();
  await delivered;
  expect(backlog.clicks).toBe(0);
});

test('with no store it waits in memory, and at the end every store is tried once more', async () => {
  const queue = makeWay('queue', false);
  const postgres = makeWay('postgres', false);
  using started = start(queue.way, postgres.way);
  const { backlog, delivery } = started;
  const delivered = delivery.deliver(batch);
  queue.appends[0]?.reject(new Error('lost'));
  await until(() => postgres.appends.length === 1);
  postgres.appends[0]?.reject(new Error('lost'));
  await delivered;
  expect(backlog.clicks).toBe(1);
  const settled = delivery.settle();
  await until(() => queue.appends.length === 2);
  queue.appends[1]?.resolve();
  expect(await settled).toBe(0);
});
