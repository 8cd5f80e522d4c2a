import { describe, expect, test } from '@jest/globals';
import { createMetrics } from '../../../app/src/metrics.ts';
import type { Fault } from '../../src/chaos/fault.ts';
import { createFeeling } from '../../src/chaos/felt.ts';
import { type Pace, paceOf, pacesOf } from '../../src/chaos/pace.ts';
import type { Run } from '../../src/platform/run.ts';

const aims = [{ id: 'a', name: 'one' }];

/** The page of a replica's figures, which has answered so many redirects. */
async function pageOf({ redirects = 0, trusts = true }): Promise<string> {
  const {
    registry,
    requestDuration,
    redirects: caches,
  } = createMetrics({ version: '1', release: 'r', exemplars: true });
  caches.probes.leaseHeld = () => trusts;
  const labels = { method: 'GET', route: '/:code', status: '302' };
  for (let count = 0; count < redirects; count += 1) requestDuration.observe({ labels, value: 0.01 });
  requestDuration.observe({ labels: { ...labels, route: '/health', status: '200' }, value: 0.01 });
  return await registry.metrics();
}

/** An engine with one container, that can change; `figures` are those of every replica, asked in turn. */
function createEngine(state = 'running 1', processes = 'PID\n1') {
  const engine = { state, processes, figures: [''] };
  let asked = 0;
  const answer = (verb: string | undefined) => {
    if (verb === 'top') return engine.processes;
    if (verb !== 'exec') return engine.state;
    asked += 1;
    return engine.figures[(asked - 1) % engine.figures.length] ?? '';
  };
  const run: Run = async (_program, [verb]) => ({ code: 0, stdout: answer(verb), stderr: '' });
  return { engine, run };
}

const replicas = async () => [
  { id: 'r1', name: 'app-1' },
  { id: 'r2', name: 'app-2' },
];

const still = () => ({ rate: 100, p95: 5 });

describe('a fault at containers is felt', () => {
  const kill = { kind: 'kill', service: 'queue' } as const;
  test.each([
    [kill, { state: 'exited 1' }, true],
    [kill, { state: '' }, true],
    [kill, {}, false],
    [{ kind: 'pause', service: 'queue' } as const, { state: 'paused 1' }, true],
    [{ kind: 'crash', service: 'nginx', process: '/p' } as const, { state: 'running 2' }, true],
    [{ kind: 'crash', service: 'nginx', process: '/p' } as const, {}, false],
    [{ kind: 'reloads', times: 1, every: 1 } as const, { processes: 'PID\n1\n2' }, true],
    [{ kind: 'reloads', times: 1, every: 1 } as const, {}, false],
  ])('%j with %j: %s', async (fault, change, wanted) => {
    const { engine, run } = createEngine();
    const feeling = createFeeling({ run, pace: still, replicas });
    const before = await feeling.snapshot(fault, aims);
    Object.assign(engine, change);
    expect(await feeling.felt(fault, aims, before)).toBe(wanted);
  });
  test('not where it was aimed at nothing', async () => {
    const feeling = createFeeling({ run: createEngine().run, pace: still, replicas });
    expect(await feeling.felt(kill, [], await feeling.snapshot(kill, []))).toBe(false);
  });
});

describe('that a container is away is not enough', () => {
  const feels = async (fault: Fault, before: string, ...after: string[]) => {
    const { engine, run } = createEngine();
    const feeling = createFeeling({ run, pace: still, replicas });
    engine.figures = [before];
    const snapshot = await feeling.snapshot(fault, aims);
    Object.assign(engine, { state: 'paused 1', figures: after });
    return await feeling.felt(fault, aims, snapshot);
  };
  test.each(['kill', 'pause'] as const)('%s of the cache: every replica must have noticed', async (kind) => {
    const [trusts, doubts] = [await pageOf({}), await pageOf({ trusts: false })];
    expect(await feels({ kind, service: 'cache' }, trusts, doubts)).toBe(true);
    expect(await feels({ kind, service: 'cache' }, trusts, doubts, trusts)).toBe(false);
    expect(await feels({ kind, service: 'cache' }, trusts, '')).toBe(false);
  });
  test.each(['kill', 'pause'] as const)('%s of a replica: it must have answered redirects before', async (how) => {
    expect(await feels({ kind: 'replica', how }, await pageOf({ redirects: 2 }), '')).toBe(true);
    expect(await feels({ kind: 'replica', how }, await pageOf({ redirects: 0 }), '')).toBe(false);
  });
});

describe('a spike is felt', () => {
  const spike = { kind: 'traffic', times: 8 } as const;
  const feltBetween = async (before: Pace, now: Pace) => {
    let pace = before;
    const feeling = createFeeling({ run: createEngine().run, pace: () => pace, replicas });
    const snapshot = await feeling.snapshot(spike, []);
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
