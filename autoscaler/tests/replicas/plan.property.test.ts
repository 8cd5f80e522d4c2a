import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Plan, planSteps, rotationAfter } from '../../src/replicas/plan.ts';
import type { ReplicaState } from '../../src/replicas/replica.ts';
import { planOf, replica } from './support.ts';

const shown: readonly ReplicaState[] = [
  'created',
  'starting',
  'healthy',
  'warm',
  'serving',
  'draining',
  'failed',
  'stopped',
];
const replicas = fc
  .array(
    fc.record({ state: fc.constantFrom(...shown), release: fc.constantFrom('r0', 'r1'), inUpstream: fc.boolean() }),
    {
      maxLength: 9,
    },
  )
  .map((list) =>
    list.map(({ state, release, inUpstream }, index) =>
      replica(index + 1, state, {
        release,
        inUpstream: state === 'serving' || (inUpstream && state === 'failed'),
      }),
    ),
  );
const plans: fc.Arbitrary<Plan> = fc
  .record({
    replicas,
    desired: fc.integer({ min: 1, max: 5 }),
    condemned: fc.boolean(),
    holdOld: fc.boolean(),
    mayCreate: fc.boolean(),
    overlap: fc.boolean(),
    edge: fc.constantFrom('proven' as const, 'behind' as const),
  })
  .map(({ replicas: list, ...more }) => planOf(list, more));

describe('whatever there is', () => {
  test('at most one step a replica', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const ids = planSteps(plan).flatMap((step) => (step.kind === 'create' ? [] : [step.replica.id]));
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  test('the upstream never loses its last replica that serves', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const before = plan.replicas.filter(({ inUpstream }) => inUpstream);
        const after = rotationAfter(plan.replicas, planSteps(plan));
        expect(before.length === 0 || after.length > 0).toBe(true);
      }),
    );
  });

  test('what serves is drained only while enough others serve, or a condemned one while a good one does', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const drained = planSteps(plan).filter((step) => step.kind === 'drain' && step.replica.state === 'serving');
        const serving = plan.replicas.filter(({ state }) => state === 'serving');
        const good = serving.filter(({ release }) => release === plan.release);
        const enough = serving.length - drained.length >= plan.desired;
        expect(drained.length === 0 || enough || (plan.condemned && good.length > 0)).toBe(true);
      }),
    );
  });

  test('never more containers than max and one, and one for one of another release that drains', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const steps = planSteps(plan);
        const created = steps.filter(({ kind }) => kind === 'create').length;
        const drained = steps.flatMap((step) => (step.kind === 'drain' ? [step.replica] : []));
        const draining = plan.replicas.filter(({ state }) => state === 'draining');
        const drains = [...drained, ...draining].some(({ release }) => release !== plan.release);
        const holding = plan.replicas.filter(({ running, state }) => running || state === 'created').length;
        const most = Math.max(plan.max, plan.desired) + 1 + (plan.overlap && drains ? 1 : 0);
        expect(created === 0 || holding + created <= most).toBe(true);
      }),
    );
  });
});
