import { describe, expect, test } from '@jest/globals';
import { type Plan, planSteps, rotationAfter } from '../../src/replicas/plan.ts';
import { planOf, replica } from './support.ts';

const told = (plan: Plan): string[] =>
  planSteps(plan).map((step) => `${step.kind} ${step.kind === 'create' ? step.number : step.replica.number}`);
const serving = (number: number, more = {}) => replica(number, 'serving', more);
const old = { release: 'r0' };

describe('up', () => {
  test('nothing there → all at once, by the lowest free numbers', () => {
    expect(told(planOf([]))).toEqual(['create 1', 'create 2']);
    expect(told(planOf([serving(2)], { desired: 3 }))).toEqual(['create 1', 'create 3']);
  });

  test('each on its way → its next step, and no more are made', () => {
    const replicas = [replica(1, 'created'), replica(2, 'starting'), replica(3, 'healthy'), replica(4, 'warm')];
    expect(told(planOf(replicas, { desired: 4 }))).toEqual(['start 1', 'warm 3', 'admit 4']);
  });

  test('no release to make one from, or too many failed lately → none', () => {
    expect(told(planOf([], { release: null }))).toEqual([]);
    expect(told(planOf([], { mayCreate: false }))).toEqual([]);
  });

  test('never more containers than max, those on their way out counted', () => {
    const replicas = [serving(1), serving(2), replica(3, 'draining'), replica(4, 'draining'), replica(5, 'draining')];
    expect(told(planOf(replicas, { desired: 4 }))).toEqual(['settle 3', 'settle 4', 'settle 5']);
  });
});

describe('down', () => {
  test('one too many → the newest is drained', () => {
    expect(told(planOf([serving(1), serving(2), serving(3)]))).toEqual(['drain 3']);
  });

  test('several too many → one at a time', () => {
    const replicas = [serving(1), serving(2), serving(3), serving(4)];
    expect(told(planOf(replicas))).toEqual(['drain 4']);
    expect(told(planOf([...replicas.slice(0, 3), replica(4, 'draining')]))).toEqual(['settle 4']);
  });

  test('one that does not serve yet goes first', () => {
    expect(told(planOf([serving(1), serving(2), replica(3, 'starting')]))).toEqual(['remove 3']);
    expect(told(planOf([serving(1), serving(2), replica(3, 'warm')]))).toEqual(['drain 3']);
  });

  test('stopped → removed', () => {
    expect(told(planOf([serving(1), serving(2), replica(3, 'stopped')]))).toEqual(['remove 3']);
  });
});

describe('healing', () => {
  const hung = replica(2, 'failed', { inUpstream: true });

  test('a hung one → out of the upstream, and its replacement on its way at once', () => {
    expect(told(planOf([serving(1), hung]))).toEqual(['create 3', 'eject 2']);
  });

  test('out of the upstream → removed', () => {
    expect(told(planOf([serving(1), replica(2, 'failed'), replica(3, 'starting')]))).toEqual(['remove 2']);
  });

  test('the last one in the upstream → stays until another serves, and one more is made for it', () => {
    const all = [replica(1, 'failed', { inUpstream: true })];
    expect(told(planOf(all, { desired: 1, max: 1 }))).toEqual(['create 2']);
    expect(told(planOf([...all, replica(2, 'warm')], { desired: 1, max: 1 }))).toEqual(['admit 2', 'eject 1']);
  });

  test('at max → the replacement waits until the failed one is gone', () => {
    const five = [serving(1), serving(2), serving(3), serving(4), replica(5, 'failed', { inUpstream: true })];
    expect(told(planOf(five, { desired: 5 }))).toEqual(['eject 5']);
  });
});

describe('a new release', () => {
  test('one of it first, beside all old ones', () => {
    expect(told(planOf([serving(1, old), serving(2, old)]))).toEqual(['create 3']);
    expect(told(planOf([serving(1, old), serving(2, old), replica(3, 'starting')]))).toEqual([]);
  });

  test('ready → enters while the old ones still serve', () => {
    expect(told(planOf([serving(1, old), serving(2, old), replica(3, 'warm')]))).toEqual(['admit 3']);
  });

  test('serving → one old is drained, the next comes meanwhile, and no other goes before it is gone', () => {
    expect(told(planOf([serving(1, old), serving(2, old), serving(3)]))).toEqual(['create 4', 'drain 2']);
    const draining = [serving(1, old), replica(2, 'draining', old), serving(3)];
    expect(told(planOf(draining))).toEqual(['create 4', 'settle 2']);
    expect(told(planOf([...draining, replica(4, 'starting')]))).toEqual(['settle 2']);
    expect(told(planOf([...draining, serving(4)]))).toEqual(['settle 2']);
    expect(told(planOf([serving(1, old), serving(3), serving(4)]))).toEqual(['drain 1']);
  });

  test('one of its own that drains → makes no room for the next', () => {
    const own = [serving(1, old), serving(2, old), replica(3, 'draining')];
    expect(told(planOf(own))).toEqual(['settle 3']);
  });

  test('no room for two more than desired → the next comes only when the old one is gone', () => {
    const low = { overlap: false };
    expect(told(planOf([serving(1, old), serving(2, old), serving(3)], low))).toEqual(['drain 2']);
    expect(told(planOf([serving(1, old), replica(2, 'draining', old), serving(3)], low))).toEqual(['settle 2']);
    expect(told(planOf([serving(1, old), serving(3)], low))).toEqual(['create 2']);
  });

  test('not baked yet → one old replica stays beside all new ones, and none of those goes for it', () => {
    const hold = { holdOld: true };
    expect(told(planOf([serving(1, old), serving(2, old), serving(3)], hold))).toEqual(['create 4', 'drain 2']);
    expect(told(planOf([serving(1, old), serving(3)], hold))).toEqual(['create 2']);
    expect(told(planOf([serving(1, old), serving(2), serving(3)], hold))).toEqual([]);
    expect(told(planOf([serving(1, old), serving(2), serving(3)]))).toEqual(['drain 1']);
    expect(told(planOf([serving(1, old), serving(2)], { ...hold, desired: 1 }))).toEqual([]);
  });

  test('condemned → its replicas go at once when a good one serves', () => {
    const replicas = [serving(1), serving(2, old), serving(3, old)];
    const plan = planOf(replicas, { condemned: true });
    expect(told(plan)).toEqual(['create 4', 'drain 3', 'drain 2']);
    expect(told(planOf([serving(2, old), serving(3, old)], { condemned: true }))).toEqual(['create 1']);
  });

  test('ready ones of another release, and too few serve → they enter', () => {
    expect(told(planOf([replica(1, 'warm', old), replica(2, 'warm', old)]))).toContain('admit 1');
  });
});

describe('the edge', () => {
  const replicas = [
    serving(1),
    serving(2),
    serving(3),
    replica(4, 'draining'),
    replica(5, 'created'),
    replica(6, 'stopped'),
  ];

  test('has not shown that it knows → nothing that runs is taken away', () => {
    expect(told(planOf(replicas, { edge: 'behind' }))).toEqual(['start 5', 'remove 6']);
  });

  test('refuses its configuration → no container is touched', () => {
    expect(told(planOf(replicas, { edge: 'refused' }))).toEqual([]);
  });
});

test('the rotation after the steps → who serves and enters, without who leaves, by number', () => {
  const replicas = [replica(3, 'warm'), serving(1), serving(2), replica(4, 'failed', { inUpstream: true })];
  const plan = planOf(replicas, { desired: 3 });
  expect(rotationAfter(replicas, planSteps(plan)).map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(rotationAfter(replicas, []).map(({ number }) => number)).toEqual([1, 2, 4]);
});
