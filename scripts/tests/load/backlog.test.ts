import { describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createClickMetrics } from '../../../app/src/metrics-clicks.ts';
import { backlogOver, waitingIn } from '../../src/load/backlog.ts';
import { createWatch } from '../../src/load/watch.ts';

test('what waits is what a replica says of the stream and of the inbox', async () => {
  const registry = new Registry();
  registry.setDefaultLabels({ replica: 'a' });
  const { entries, inbox } = createClickMetrics(registry);
  entries.set(7);
  inbox.set(3);
  expect(waitingIn(await registry.metrics())).toBe(10);
  expect(waitingIn('')).toBeUndefined();
});

describe('the backlog over a run', () => {
  const over = (...counts: (number | undefined)[]) =>
    backlogOver(counts.map((waiting, seconds) => ({ seconds, containers: [], waiting })));
  test('its first, most and last, by the looks that were for it', () =>
    expect(over(undefined, 2, undefined, 9, 3)).toEqual({ first: 2, most: 9, last: 3, onlyGrew: false }));
  test('it only grew where all of the last third is above all of the first', () => {
    expect(over(1, 2, 3, 4, 5, 6, 7, 8, 9)?.onlyGrew).toBe(true);
    expect(over(1, 2, 3, 4, 5, 6, 7, 2, 9)?.onlyGrew).toBe(false);
    expect(over(1, 2, 3)?.onlyGrew).toBe(false);
  });
  test('nobody looked', () => expect(over(undefined)).toBeUndefined());
});

test('a watch looks for what waits, and less often than for the rest', async () => {
  const ended = new AbortController();
  let reads = 0;
  const read = async () => {
    reads += 1;
    if (reads === 7) ended.abort();
    return [];
  };
  const looks = await createWatch({ read, readWaiting: async () => reads, every: 1, now: () => reads })(ended.signal);
  expect(looks.map(({ waiting }) => waiting)).toEqual([1, undefined, undefined, undefined, undefined, 6, undefined]);
});
