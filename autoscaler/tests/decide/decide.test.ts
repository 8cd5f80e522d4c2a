import { describe, expect, test } from '@jest/globals';
import { beginHistory, decide, type History } from '../../src/decide/decide.ts';
import type { Override, ReplicaView, View } from '../../src/decide/policy.ts';
import { policy, ready, view } from './support.ts';

/** Decides every two seconds on what `seen` answers for the number of replicas there are. */
function run(seen: (replicas: number) => View, seconds: number, history: History = beginHistory(2, 0), from = 0) {
  const decisions = [];
  let past = history;
  for (let now = from; now <= from + seconds * 1_000; now += 2_000) {
    const { decision, history: next } = decide(policy, past, seen(past.desired), now);
    decisions.push(decision);
    past = next;
  }
  return { decisions, history: past, last: decisions.at(-1) };
}

const sharing = (load: number) => (replicas: number) =>
  view(Array.from({ length: replicas }, () => ready(Math.min(1, load / replicas))));
const first = (seen: View, history = beginHistory(2, 0)) => decide(policy, history, seen, 2_000).decision;

describe('load', () => {
  test('at the target → steady', () => {
    expect(first(view([ready(0.6), ready(0.6)]))).toMatchObject({ desired: 2, wanted: 2, reason: 'steady' });
  });

  test('a step up → the up window waits once, then several replicas come at once', () => {
    const { decisions } = run(sharing(2), 10);
    expect(decisions.map(({ reason }) => reason)).toEqual(expect.arrayContaining(['window_up', 'load_up']));
    const at = decisions.findIndex(({ reason }) => reason === 'load_up');
    expect(at).toBeLessThanOrEqual(3);
    expect(decisions[at]?.desired).toBe(4);
  });

  test('gone → nothing leaves before the down window is over, then one in twenty seconds', () => {
    const up = run(sharing(2), 20);
    const { decisions } = run(sharing(0.2), 140, up.history, 22_000);
    const down = decisions.flatMap(({ reason }, index) => (reason === 'load_down' ? [index * 2] : []));
    expect(down[0]).toBeGreaterThanOrEqual(56);
    expect((down[1] ?? 0) - (down[0] ?? 0)).toBeGreaterThanOrEqual(20);
    expect(decisions.map(({ reason }) => reason)).toEqual(expect.arrayContaining(['window_down', 'rate_down']));
    expect(decisions.at(-1)?.desired).toBe(2);
  });

  test('more than the settings allow → saturated', () => {
    const { last } = run(sharing(9), 40);
    expect(last).toMatchObject({ desired: 5, reason: 'saturated', saturated: true, boundBy: 'settings' });
  });

  test('more up than the rate allows → held by the rate', () => {
    const { decisions } = run(sharing(9), 12);
    expect(decisions.map(({ reason }) => reason)).toContain('rate_up');
  });
});

describe('readings that failed', () => {
  const down = (replicas: ReplicaView[]) => run(() => view(replicas), 200).last;

  test('all → hold', () => {
    expect(down([ready(null), ready(null)])).toMatchObject({ desired: 2, reason: 'stats_missing' });
  });

  test('one of three, the others idle → taken as full, so it holds', () => {
    const replicas = [ready(0.3), ready(0.3), ready(null)];
    const { last } = run(() => view(replicas), 200, beginHistory(3, 0));
    expect(last).toMatchObject({ desired: 3, reason: 'stats_partial' });
  });

  test('one of two, the other overloaded → taken as idle, so it does not go up for it', () => {
    expect(down([ready(1), ready(null)])).toMatchObject({ desired: 2, reason: 'stats_partial' });
  });

  test('a replica that is not ready → brings no use', () => {
    expect(first(view([ready(0.6), { ready: false, use: 1 }]))).toMatchObject({ wanted: 1 });
  });
});

describe('nothing is taken away', () => {
  const idle = [ready(0.1), ready(0.1), ready(0.1)];
  const after = (more: Partial<View>) => run(() => view(idle, more), 70, beginHistory(3, 0)).last;

  test('while the host is under pressure', () => {
    expect(after({ pressure: { kind: 'value', value: 0.9 } })).toMatchObject({ desired: 3, reason: 'pressure' });
    expect(after({ pressure: { kind: 'unknown' } })).toMatchObject({ desired: 3, reason: 'pressure' });
  });

  test('while answers are slow', () => {
    expect(after({ p95: { kind: 'value', value: 900 } })).toMatchObject({ desired: 3, reason: 'slow' });
    expect(after({ p95: { kind: 'unknown' } })).toMatchObject({ desired: 3, reason: 'slow' });
  });

  test('but it is where both are fine', () => {
    const fine = { pressure: { kind: 'value', value: 0.1 }, p95: { kind: 'value', value: 20 } } as const;
    expect(after(fine)).toMatchObject({ desired: 2 });
  });
});

describe('bounds', () => {
  test('fewer than min → min at once', () => {
    expect(first(view([]), beginHistory(0, 0))).toMatchObject({ desired: 2, reason: 'below_min' });
  });

  test('more than the machine carries → down to it', () => {
    const machine = { cpus: 2, memory: 400e6, memoryAvailable: { kind: 'absent' } } as const;
    const seen = view([ready(0.6), ready(0.6), ready(0.6)], { limits: { cpus: 0.5, memory: 200e6 }, machine });
    expect(first(seen, beginHistory(3, 0))).toMatchObject({ desired: 2, reason: 'above_max', boundBy: 'memory' });
  });

  test('no memory free for one more → no new replica', () => {
    const machine = { cpus: 8, memory: 16e9, memoryAvailable: { kind: 'value', value: 1e6 } } as const;
    const { decisions } = run((n) => ({ ...sharing(3)(n), limits: { cpus: null, memory: 2e8 }, machine }), 10);
    expect(decisions.at(-1)).toMatchObject({ desired: 2, reason: 'memory_low' });
  });
});

test.each<[string, Override, number]>([
  ['paused', { kind: 'paused' }, 2],
  ['releasing', { kind: 'releasing' }, 2],
  ['no_template', { kind: 'no_template' }, 2],
  ['pinned', { kind: 'pinned', replicas: 4 }, 4],
  ['pinned', { kind: 'pinned', replicas: 9 }, 5],
  ['pinned', { kind: 'pinned', replicas: 1 }, 2],
])('%s → the load decides nothing', (reason, override, desired) => {
  expect(first({ ...sharing(5)(2), override })).toMatchObject({ reason, desired });
});
