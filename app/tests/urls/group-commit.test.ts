import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, test } from '@jest/globals';
import { createGroupCommit, type Outcome } from '../../src/urls/group-commit.ts';

type Outcomes = Outcome<string>[];

/** A commit that a test ends when it likes. */
function heldCommit() {
  const groups: (readonly number[])[] = [];
  const ends: PromiseWithResolvers<Outcomes>[] = [];
  const starts: (() => void)[] = [];
  const commit = (items: readonly number[]): Promise<Outcomes> => {
    const end = Promise.withResolvers<Outcomes>();
    groups.push(items);
    ends.push(end);
    starts.shift()?.();
    return end.promise;
  };
  const started = () => new Promise<void>((resolve) => starts.push(resolve));
  const finish = (index: number) =>
    ends[index]?.resolve((groups[index] ?? []).map((item) => ({ kind: 'done', value: `done ${item}` })));
  return { groups, ends, commit, started, finish };
}

const full = () => new Error('full');
const alone = { patience: () => 0, company: 1 };

test('what comes during a commit goes together into the next one', async () => {
  const { groups, commit, started, finish } = heldCommit();
  const add = createGroupCommit({ commit, largest: 10, waiting: 10, full, ...alone });
  const first = started();
  const one = add(1);
  await first;
  const second = started();
  const others = [add(2), add(3)];
  finish(0);
  expect(await one).toBe('done 1');
  await second;
  finish(1);
  expect(await Promise.all(others)).toEqual(['done 2', 'done 3']);
  expect(groups).toEqual([[1], [2, 3]]);
});

test('the commit behind another is no part of the request that began that one', async () => {
  const { commit, started, finish } = heldCommit();
  const request = new AsyncLocalStorage<string>();
  const during: (string | undefined)[] = [];
  const told = (items: readonly number[]) => {
    during.push(request.getStore());
    return commit(items);
  };
  const add = createGroupCommit({ commit: told, largest: 10, waiting: 10, full, ...alone });
  const first = started();
  const one = request.run('one', () => add(1));
  await first;
  const second = started();
  const two = request.run('two', () => add(2));
  finish(0);
  await second;
  finish(1);
  await Promise.all([one, two]);
  expect(during).toEqual(['one', undefined]);
});

test('a group is no larger than allowed', async () => {
  const groups: number[] = [];
  const commit = async (items: readonly number[]): Promise<Outcomes> => {
    groups.push(items.length);
    return items.map((item) => ({ kind: 'done', value: String(item) }));
  };
  const add = createGroupCommit({ commit, largest: 4, waiting: 10, full, ...alone });
  const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => add(n)));
  expect(answers).toEqual(Array.from({ length: 10 }, (_, n) => String(n)));
  expect(groups).toEqual([4, 4, 2]);
});

test('more than may wait are refused, and there is room again afterwards', async () => {
  const { commit, started, finish } = heldCommit();
  const add = createGroupCommit({ commit, largest: 1, waiting: 2, full, ...alone });
  const first = started();
  const waiting = [add(1), add(2)];
  await expect(add(3)).rejects.toThrow('full');
  await first;
  const second = started();
  finish(0);
  await second;
  const later = started();
  const next = add(4);
  finish(1);
  await later;
  finish(2);
  expect(await Promise.all([...waiting, next])).toEqual(['done 1', 'done 2', 'done 4']);
});

test('an outcome that failed fails its item alone; a commit that failed fails its group and not the next', async () => {
  const outcomes: (() => Promise<Outcomes>)[] = [
    async () => [
      { kind: 'failed', error: new Error('bad') },
      { kind: 'done', value: 'good' },
    ],
    async () => Promise.reject(new Error('away')),
    async () => [{ kind: 'done', value: 'back' }],
    async () => [],
  ];
  const commit = () => (outcomes.shift() as () => Promise<Outcomes>)();
  const add = createGroupCommit({ commit, largest: 2, waiting: 10, full, ...alone });
  const settled = await Promise.allSettled([1, 2, 3, 4].map(add));
  expect(settled.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message))).toEqual([
    'bad',
    'good',
    'away',
    'away',
  ]);
  expect(await add(5)).toBe('back');
  await expect(add(6)).rejects.toThrow('fewer outcomes');
});

test('while there is much to do, the first ones wait for company, and go when it is there or their time is over', async () => {
  const groups: number[] = [];
  const commit = async (items: readonly number[]): Promise<Outcomes> => {
    groups.push(items.length);
    return items.map((item) => ({ kind: 'done', value: String(item) }));
  };
  const hour = 3_600_000;
  const times = [hour, 1];
  const add = createGroupCommit({
    commit,
    largest: 10,
    waiting: 10,
    full,
    patience: () => times.shift() ?? 0,
    company: 3,
  });
  const first = add(1);
  const second = new Promise<string>((resolve) => setImmediate(() => resolve(add(2))));
  expect(groups).toEqual([]);
  setImmediate(() => setImmediate(() => void add(3)));
  expect(await Promise.all([first, second])).toEqual(['1', '2']);
  expect(groups).toEqual([3]);
  expect(await add(4)).toBe('4');
  expect(groups).toEqual([3, 1]);
});
