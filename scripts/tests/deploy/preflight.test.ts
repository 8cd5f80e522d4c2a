import { expect, test } from '@jest/globals';
import { type Circumstances, findObstacles } from '../../src/deploy/preflight.ts';

const good: Circumstances = {
  diskFree: 2 ** 34,
  memoryAvailable: 2 ** 30,
  clockAhead: 800,
  autoscaler: true,
  rollout: undefined,
  paused: false,
  busy: false,
};

test('a good moment: nothing stands in the way', () => expect(findObstacles(good)).toEqual([]));

test.each<[Partial<Circumstances>, string]>([
  [{ diskFree: 2 ** 30 }, 'only 1024 MiB of disk are free'],
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

test('a clock that nobody asked for is no obstacle', () =>
  expect(findObstacles({ ...good, clockAhead: undefined })).toEqual([]));
