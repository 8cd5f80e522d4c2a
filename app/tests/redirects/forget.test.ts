import { expect, test } from '@jest/globals';
import type { ShortCode } from '../../src/codes/short-code.ts';
import { createForgetCodes } from '../../src/redirects/forget.ts';

const codes = ['abc', 'def'] as ShortCode[];
const down = () => Promise.reject(new Error('down'));

/** A forgetter of which the test says what the stores do. */
function setUp({ remove = down, moveEpoch }: { remove?: () => Promise<void>; moveEpoch?: () => Promise<number> } = {}) {
  const seen = { forgotten: [] as string[], epochs: [] as number[], moved: 0 };
  let epoch = 1;
  const ending = new AbortController();
  const forgetCodes = createForgetCodes({
    forget: (code) => seen.forgotten.push(code),
    remove,
    moveEpoch: moveEpoch ?? (async () => ++epoch),
    onEpoch: (value) => seen.epochs.push(value),
    lease: 60,
    patience: 100,
    onMoved: () => {
      seen.moved += 1;
    },
    signal: ending.signal,
  });
  return { seen, forgetCodes, [Symbol.dispose]: () => ending.abort() };
}

test('where the store can be told, nothing else is needed', async () => {
  using set = setUp({ remove: async () => {} });
  await set.forgetCodes(codes);
  expect(set.seen).toEqual({ forgotten: ['abc', 'def'], epochs: [], moved: 0 });
});

test('where it cannot, the epoch moves, and the lease is waited for', async () => {
  using set = setUp();
  const start = performance.now();
  await set.forgetCodes(codes);
  expect(performance.now() - start).toBeGreaterThanOrEqual(60);
  expect(set.seen).toEqual({ forgotten: ['abc', 'def'], epochs: [2], moved: 1 });
});

test('changes that come while the epoch moves share the next move and not that one', async () => {
  const moves: ((epoch: number) => void)[] = [];
  using set = setUp({ moveEpoch: () => new Promise((resolve) => moves.push(resolve)) });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const first = set.forgetCodes(codes);
  await settled();
  const others = [set.forgetCodes(codes), set.forgetCodes(codes)];
  await settled();
  expect(moves).toHaveLength(1);
  moves[0]?.(2);
  await first;
  expect(moves).toHaveLength(2);
  moves[1]?.(3);
  await Promise.all(others);
  expect([set.seen.epochs, moves.length]).toEqual([[2, 3], 2]);
});

test('where Postgres is gone too the change is answered with 503, and told as soon as it is back', async () => {
  let up = false;
  const told = Promise.withResolvers<void>();
  const moveEpoch = async () => {
    if (!up) throw new Error('down');
    told.resolve();
    return 7;
  };
  using set = setUp({ moveEpoch });
  await expect(set.forgetCodes(codes)).rejects.toMatchObject({ code: 'unavailable' });
  up = true;
  await told.promise;
  await new Promise((resolve) => setImmediate(resolve));
  expect(set.seen.epochs).toEqual([7]);
});

test('where all codes have changed the epoch moves, and the lease is waited for', async () => {
  const removed: unknown[] = [];
  using set = setUp({ remove: async () => void removed.push('codes') });
  const start = performance.now();
  await set.forgetCodes('all');
  expect(performance.now() - start).toBeGreaterThanOrEqual(60);
  expect([set.seen, removed]).toEqual([{ forgotten: [], epochs: [2], moved: 1 }, []]);
});

test('no codes are no work', async () => {
  using set = setUp();
  await set.forgetCodes([]);
  expect(set.seen).toEqual({ forgotten: [], epochs: [], moved: 0 });
});
