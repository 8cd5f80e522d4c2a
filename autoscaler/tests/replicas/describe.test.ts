import { describe, expect, test } from '@jest/globals';
import type { Container, ContainerId } from '../../src/engine/engine.ts';
import { known, type ObservedReplica, unknownAfter } from '../../src/observe/observation.ts';
import { describeReplica } from '../../src/replicas/describe.ts';
import { type Marks, newMarks, observeMarks } from '../../src/replicas/marks.ts';
import { mayMove, states } from '../../src/replicas/replica.ts';

const now = 100_000;
const policy = { probeFailures: 2, readyTimeout: 30_000, warmFailures: 3 };
const rotation = (...addresses: string[]) => ({ file: new Set(addresses), proven: new Set(addresses) });
const nowhere = rotation();
const here = rotation('10.0.0.1:8080');

const container = (more: Partial<Container> = {}): Container => ({
  id: 'a' as ContainerId,
  name: 'demo-app-1',
  service: 'app',
  number: 1,
  state: 'running',
  health: 'healthy',
  imageId: 'sha256:1',
  release: 'r1',
  address: '10.0.0.1',
  mounts: [],
  createdAt: now - 5_000,
  startedAt: now - 4_000,
  restarts: 0,
  cpus: null,
  memory: null,
  ...more,
});
const page = { status: 200, ready: true, inFlight: 0, lag: 1, version: '1.0.0' };
const silent = unknownAfter<typeof page>(undefined, 'timeout', now);
const seen = (more: Partial<Container> = {}, answer: ObservedReplica['page'] = known(page, now)): ObservedReplica => ({
  container: container(more),
  address: more.address === null ? null : `${more.address ?? '10.0.0.1'}:8080`,
  page: answer,
  use: unknownAfter(undefined, 'first', now),
  answers: answer.kind === 'known',
});
const marked = (of: ObservedReplica, more: Partial<Marks> = {}): Marks => ({ ...newMarks(of, now - 4_000), ...more });
const state = (of: ObservedReplica, marks: Partial<Marks> = {}, where = nowhere, version: string | null = null) => {
  const { state: is, failure } = describeReplica(of, marked(of, marks), where, policy, version, now);
  return failure === null ? is : `${is} ${failure}`;
};
const unready = known({ ...page, status: 503, ready: false }, now);

describe('on its way', () => {
  test.each([
    ['created', seen({ state: 'created', health: 'none', address: null }), {}],
    ['starting', seen({ health: 'starting' }), {}],
    ['starting', seen({}, unready), {}],
    ['starting', seen({}, silent), {}],
    ['healthy', seen(), {}],
    ['healthy', seen({ health: 'none' }), {}],
    ['warm', seen(), { warmed: true }],
  ])('%s', (expected, of, marks) => {
    expect(state(of, marks)).toBe(expected);
  });
});

describe('in the upstream', () => {
  test('and the edge has proven it → serving, also when a store went down', () => {
    expect(state(seen(), {}, here)).toBe('serving');
    expect(state(seen({}, unready), {}, here)).toBe('serving');
  });

  test('but not proven → not serving yet', () => {
    expect(state(seen(), { warmed: true }, { file: here.file, proven: new Set() })).toBe('warm');
  });

  test('one unanswered probe → serving, two → hung', () => {
    expect(state(seen({}, silent), { misses: 1 }, here)).toBe('serving');
    expect(state(seen({}, silent), { misses: 2, answeredAt: now - 2_000 }, here)).toBe('failed hung');
  });

  test('one that the engine has just started, and that has not answered since → is waited for', () => {
    const restarted = seen({ startedAt: now - 1_000 }, silent);
    expect(state(restarted, { misses: 2, answeredAt: null }, here)).toBe('serving');
    expect(state(restarted, { misses: 2, answeredAt: now - 2_000 }, here)).toBe('serving');
    expect(state(restarted, { misses: 2, answeredAt: now - 500 }, here)).toBe('failed hung');
    expect(state(seen({ startedAt: now - 31_000 }, silent), { misses: 2 }, here)).toBe('failed hung');
  });
});

describe('failed', () => {
  test.each([
    ['died', seen({ state: 'exited', address: null }), {}],
    ['died', seen({ state: 'restarting' }), {}],
    ['died', seen({ restarts: 3 }), { restarts: 2 }],
    ['hung', seen({ state: 'paused' }), {}],
    ['unhealthy', seen({ health: 'unhealthy' }), {}],
    ['not_ready', seen({ startedAt: now - 31_000 }, unready), {}],
    ['not_ready', seen({ state: 'created' }), { firstSeen: now - 31_000 }],
    ['warm_failed', seen(), { warmFailures: 3 }],
  ])('%s', (failure, of, marks) => {
    expect(state(of, marks)).toBe(`failed ${failure}`);
  });

  test('another version than was rolled out → wrong_version', () => {
    expect(state(seen(), {}, nowhere, '2.0.0')).toBe('failed wrong_version');
    expect(state(seen(), {}, nowhere, '1.0.0')).toBe('healthy');
  });
});

test('on its way out → draining, then stopped', () => {
  const drain = { since: now, why: 'scale_down' as const, quiet: 0, terminated: null };
  expect(state(seen(), { drain })).toBe('draining');
  expect(state(seen({ state: 'exited', address: null }), { drain })).toBe('stopped');
});

describe('marks', () => {
  const answering = seen({ id: 'b' as ContainerId });

  test('a probe without answer counts, an answer ends the count', () => {
    const once = observeMarks(new Map(), [seen({}, silent), answering], now);
    expect(once.get('a')?.misses).toBe(1);
    expect(observeMarks(once, [seen(), answering], now).get('a')?.misses).toBe(0);
  });

  test('nobody answers → nobody is blamed, unless there is only one', () => {
    const both = observeMarks(new Map(), [seen({}, silent), { ...answering, page: silent, answers: false }], now);
    expect([...both.values()].map(({ misses }) => misses)).toEqual([0, 0]);
    expect(observeMarks(new Map(), [seen({}, silent)], now).get('a')?.misses).toBe(1);
  });

  test('a replica that answers others → its silence to the probe is not held against it', () => {
    const once = observeMarks(new Map(), [seen({}, silent), answering], now);
    const busy = { ...seen({}, silent), answers: true };
    expect(observeMarks(once, [busy, answering], now).get('a')?.misses).toBe(0);
    expect(observeMarks(once, [busy, { ...answering, page: silent, answers: false }], now).get('b')?.misses).toBe(1);
  });

  test('a container that is gone → forgotten', () => {
    expect(observeMarks(observeMarks(new Map(), [seen()], now), [], now).size).toBe(0);
  });
});

test('legal moves → a stopped replica never comes back, a draining one never serves, each state may stay', () => {
  expect(states.filter((to) => mayMove('stopped', to))).toEqual(['stopped', 'removed']);
  expect(mayMove('draining', 'serving')).toBe(false);
  expect(mayMove('serving', 'removed')).toBe(false);
  expect(mayMove('serving', 'healthy')).toBe(true);
  expect(states.every((one) => mayMove(one, one))).toBe(true);
});
