import { expect, test } from '@jest/globals';
import { type Circumstances, findObstacles } from '../../src/deploy/preflight.ts';

const good: Circumstances = {
  memoryAvailable: 2 ** 30,
  clockAhead: 800,
  autoscaler: true,
  rollout: undefined,
  paused: false,
  busy: false,
};

test('a good moment: nothing stands in the way', () => expect(findObstacles(good)).toEqual([]));

test.each<[Partial<Circumstances>, string]>([
  [{ memoryAvailable: 2 ** 26 }, 'only 64 MiB of memory are free'],
  [{ clockAhead: -90_000 }, 'the clocks differ by -90 s'],
  [{ rollout: 'app:2, surge' }, 'a release is under way: app:2, surge'],
  [{ paused: true }, 'the autoscaler is paused'],
  [{ busy: true }, 'a backup or a restore drill runs'],
])('%j stands in the way, with a remedy', (change, what) => {
  const [found] = findObstacles({ ...good, ...change });
  expect(found).toMatchObject({
    kind: 'wrong',
    what: expect.stringContaining(what),
    remedy: expect.stringMatching(/./),
  });
});

test('a rollback does not wait for a backup', () => expect(findObstacles({ ...good, busy: true }, true)).toEqual([]));

test('little memory is said to a rollback, and does not keep it from going back: what is gone from may be why', () =>
  expect(findObstacles({ ...good, memoryAvailable: 2 ** 26 }, true)).toMatchObject([
    { kind: 'warning', what: expect.stringContaining('only 64 MiB of memory are free') },
  ]));

test('a clock that nobody asked for is no obstacle', () =>
  expect(findObstacles({ ...good, clockAhead: undefined })).toEqual([]));
