import { describe, expect, test } from '@jest/globals';
import { createFeeling } from '../../src/chaos/felt.ts';
import { type Pace, paceOf, pacesOf } from '../../src/chaos/pace.ts';
import type { Run } from '../../src/platform/run.ts';

const aims = [{ id: 'a', name: 'one' }];

/** An engine with one container, that can change. */
function createEngine(state = 'running 1', processes = 'PID\n1') {
  const engine = { state, processes };
  const run: Run = async (_program, [verb]) => ({
    code: 0,
    stdout: verb === 'top' ? engine.processes : engine.state,
    stderr: '',
  });
  return { engine, run };
}

const still = () => ({ rate: 100, p95: 5 });

describe('a fault at containers is felt', () => {
  const kill = { kind: 'kill', service: 'cache' } as const;
  test.each([
    [kill, { state: 'exited 1' }, true],
    [kill, { state: '' }, true],
    [kill, {}, false],
    [{ kind: 'pause', service: 'cache' } as const, { state: 'paused 1' }, true],
    [{ kind: 'crash', service: 'nginx', process: '/p' } as const, { state: 'running 2' }, true],
    [{ kind: 'crash', service: 'nginx', process: '/p' } as const, {}, false],
    [{ kind: 'reloads', times: 1, every: 1 } as const, { processes: 'PID\n1\n2' }, true],
    [{ kind: 'reloads', times: 1, every: 1 } as const, {}, false],
  ])('%j with %j: %s', async (fault, change, wanted) => {
    const { engine, run } = createEngine();
    const feeling = createFeeling({ run, pace: still });
    const before = await feeling.snapshot(aims);
    Object.assign(engine, change);
    expect(await feeling.felt(fault, aims, before)).toBe(wanted);
  });
  test('not where it was aimed at nothing', async () => {
    const feeling = createFeeling({ run: createEngine().run, pace: still });
    expect(await feeling.felt(kill, [], await feeling.snapshot([]))).toBe(false);
  });
});

describe('a spike is felt', () => {
  const spike = { kind: 'traffic', times: 8 } as const;
  const feltBetween = async (before: Pace, now: Pace) => {
    let pace = before;
    const feeling = createFeeling({ run: createEngine().run, pace: () => pace });
    const snapshot = await feeling.snapshot([]);
    pace = now;
    return await feeling.felt(spike, [], snapshot);
  };
  const calm = { rate: 100, p95: 5 };
  test('when so many times as many are answered', async () =>
    expect(await feltBetween(calm, { rate: 780, p95: 30 })).toBe(true));
  test('when so many cannot be answered that users wait', async () =>
    expect(await feltBetween(calm, { rate: 300, p95: 900 })).toBe(true));
  test.each([
    ['the traffic is the usual one', calm, calm],
    ['there was only somewhat more', calm, { rate: 400, p95: 40 }],
    ['users waited before it', { rate: 100, p95: 700 }, { rate: 110, p95: 900 }],
    ['nobody was answered before', { rate: 0, p95: 0 }, { rate: 0, p95: 0 }],
  ])('not when %s', async (_what, before, now) => expect(await feltBetween(before, now)).toBe(false));
});

describe('the pace of answers', () => {
  const second = (sent: number, p95: number, more = {}) => ({ sent, open: 0, failed: 0, refused: 0, p95, ...more });
  test('what is open or had no answer is none; a refusal is one', () => {
    const seconds = new Map([
      [4, second(100, 5)],
      [5, second(200, 9, { open: 20, failed: 30, refused: 50 })],
      [6, second(900, 900)],
    ]);
    expect(paceOf(seconds, 4, 6)).toEqual({ rate: 125, p95: 9 });
    expect(paceOf(new Map(), 0, 3)).toEqual({ rate: 0, p95: 0 });
  });
  test('of a drill: ten seconds before, and until all was as before', () => {
    const rows = [...'....bbbbbbbbbbFddddCaaRxx'].map((letter, at): [number, ReturnType<typeof second>] => [
      at,
      { '.': second(1, 999), b: second(100, 5), d: second(800, 50), a: second(100, 70) }[letter] ?? second(100, 6),
    ]);
    const course = { start: 1_000, injected: 15_500, cured: 20_500, recovered: 23_000 };
    expect(pacesOf(new Map(rows), course)).toEqual({ before: { rate: 100, p95: 5 }, during: { rate: 800, p95: 70 } });
    const late = new Map([...rows, [40, second(100, 600)] as const]);
    expect(pacesOf(late, { ...course, recovered: undefined }).during.p95).toBe(600);
    expect(pacesOf(late, course).during.p95).toBe(70);
  });
});
