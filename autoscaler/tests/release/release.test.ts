import { describe, expect, test } from '@jest/globals';
import {
  advance,
  holdsOld,
  type Rollout,
  type RolloutFacts,
  releaseId,
  wantedRelease,
} from '../../src/release/release.ts';
import { release } from './support.ts';

const rollout: Rollout = {
  to: release('new'),
  from: release('old'),
  by: 'somebody',
  startedAt: 0,
  phase: 'rolling',
  bakeFrom: null,
  trusted: false,
  cause: null,
  before: null,
};
const facts: RolloutFacts = {
  newServing: 0,
  newAny: 1,
  newFailure: null,
  oldServing: 2,
  oldAny: 2,
  desired: 2,
  bake: { requests: 0, errors: 0, p95: null },
  before: { requests: 10_000, errors: 10, p95: 20 },
};
const policy = { bake: 25_000, timeout: 300_000, maxErrors: 0.01, maxP95: 500 };
const swapped = { ...facts, newServing: 2, newAny: 2, oldServing: 0, oldAny: 0 };
const at = (now: number, seen: Partial<RolloutFacts> = {}, of: Partial<Rollout> = {}) =>
  advance({ ...rollout, ...of }, { ...facts, ...seen }, policy, now);

describe('forward', () => {
  test('the first new replica serves → the bake begins', () => {
    expect(at(5_000).rollout.bakeFrom).toBeNull();
    expect(at(5_000, { newServing: 1 }).rollout.bakeFrom).toBe(5_000);
  });

  test('all swapped, but not baked → goes on', () => {
    expect(at(29_999, swapped, { bakeFrom: 5_000 }).kind).toBe('going');
  });

  test('baked, but an old one is left → goes on', () => {
    expect(at(60_000, { ...swapped, oldAny: 1 }, { bakeFrom: 5_000 }).kind).toBe('going');
  });

  test('swapped and baked → done', () => {
    expect(at(30_000, swapped, { bakeFrom: 5_000 })).toMatchObject({ kind: 'over', outcome: 'done' });
  });
});

describe('back', () => {
  test.each([
    ['not_ready', { newFailure: 'not_ready' }],
    ['not_ready', { newFailure: 'unhealthy' }],
    ['restarts', { newFailure: 'died' }],
    ['restarts', { newFailure: 'hung' }],
    ['warm_failed', { newFailure: 'warm_failed' }],
    ['wrong_version', { newFailure: 'wrong_version' }],
    ['errors', { bake: { requests: 100, errors: 3, p95: null } }],
    ['slow', { bake: { requests: 100, errors: 0, p95: 501 } }],
  ] as [string, Partial<RolloutFacts>][])('%s', (cause, seen) => {
    const { rollout: next } = at(10_000, seen, { bakeFrom: 5_000 });
    expect(next).toMatchObject({ phase: 'rolling_back', cause });
    expect(wantedRelease(next).id).toBe('old');
  });

  test('not over in time → timeout', () => {
    expect(at(300_001).rollout.cause).toBe('timeout');
  });

  test('two errors, or no more than twice as many as before → goes on', () => {
    expect(at(10_000, { bake: { requests: 2, errors: 2, p95: null } }).rollout.cause).toBeNull();
    const bad = { before: { requests: 100, errors: 10, p95: 900 }, bake: { requests: 100, errors: 19, p95: 2_000 } };
    expect(at(10_000, bad).rollout.cause).toBeNull();
  });

  test('nothing new is left and enough old ones serve → over', () => {
    const back = { phase: 'rolling_back', cause: 'errors' } as const;
    expect(at(10_000, { newAny: 0, oldServing: 1 }, back).kind).toBe('going');
    expect(at(10_000, { newAny: 1, oldServing: 2 }, back).kind).toBe('going');
    expect(at(10_000, { newAny: 0, oldServing: 2 }, back)).toMatchObject({ kind: 'over', outcome: 'rolled_back' });
  });
});

test('an old replica is held → until the bake is over, and not on the way back', () => {
  expect(holdsOld(rollout, policy, 90_000)).toBe(true);
  expect(holdsOld({ ...rollout, bakeFrom: 5_000 }, policy, 29_999)).toBe(true);
  expect(holdsOld({ ...rollout, bakeFrom: 5_000 }, policy, 30_000)).toBe(false);
  expect(holdsOld({ ...rollout, phase: 'rolling_back' }, policy, 0)).toBe(false);
});

test('a release that has served before → over as soon as all serve, and no old one is held', () => {
  const back = { ...rollout, trusted: true, bakeFrom: 5_000 };
  expect(holdsOld(back, policy, 5_000)).toBe(false);
  expect(holdsOld({ ...back, bakeFrom: null }, policy, 5_000)).toBe(true);
  const swapped = { ...facts, newServing: 2, newAny: 2, oldServing: 0, oldAny: 0 };
  expect(advance(back, swapped, policy, 5_001)).toMatchObject({ kind: 'over', outcome: 'done' });
});

test('an image or a configuration that differs → another release', () => {
  const ids = [
    releaseId('sha256:1', 'a'),
    releaseId('sha256:1', 'b'),
    releaseId('sha256:2', 'a'),
    releaseId('sha256:1', 'a'),
  ];
  expect(new Set(ids).size).toBe(3);
  expect(ids[0]).toMatch(/^[0-9a-f]{12}$/);
  expect(wantedRelease(rollout).id).toBe('new');
});
