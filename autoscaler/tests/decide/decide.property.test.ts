import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { effectiveMax } from '../../src/decide/capacity.ts';
import { beginHistory, decide } from '../../src/decide/decide.ts';
import type { Policy, ReplicaView, View } from '../../src/decide/policy.ts';
import { recommend } from '../../src/decide/recommend.ts';
import { policy as defaults, view } from './support.ts';

const share = fc.double({ min: 0, max: 2, noNaN: true });
const replica: fc.Arbitrary<ReplicaView> = fc.record({
  ready: fc.boolean(),
  use: fc.option(share, { nil: null }),
});
const policies: fc.Arbitrary<Policy> = fc
  .record({
    min: fc.integer({ min: 1, max: 5 }),
    more: fc.nat(5),
    target: fc.double({ min: 0.2, max: 0.9, noNaN: true }),
  })
  .map(({ min, more, target }) => ({ ...defaults, min, max: min + more, target }));
const gauge = fc.oneof(
  fc.constant({ kind: 'absent' as const }),
  fc.constant({ kind: 'unknown' as const }),
  share.map((value) => ({ kind: 'value' as const, value })),
);
const views: fc.Arbitrary<View> = fc
  .record({
    replicas: fc.array(replica, { maxLength: 8 }),
    cpus: fc.option(fc.double({ min: 0.1, max: 2, noNaN: true }), { nil: null }),
    pressure: gauge,
  })
  .map(({ replicas, cpus, pressure }) => view(replicas, { limits: { cpus, memory: null }, pressure }));
const series = fc.record({
  policy: policies,
  start: fc.integer({ min: 0, max: 10 }),
  seen: fc.array(views, { minLength: 1, maxLength: 60 }),
  step: fc.constantFrom(200, 2_000, 30_000),
});

function decisions({ policy, start, seen, step }: { policy: Policy; start: number; seen: View[]; step: number }) {
  let history = beginHistory(start, 0);
  return seen.map((one, index) => {
    const before = history.desired;
    const result = decide(policy, history, one, (index + 1) * step);
    history = result.history;
    return { before, seen: one, policy, history, decision: result.decision };
  });
}

describe('whatever is seen', () => {
  test('the number stays between min and what the machine carries', () => {
    fc.assert(
      fc.property(series, (input) =>
        decisions(input).every(({ decision, seen, policy }) => {
          const most = effectiveMax(policy, seen).replicas;
          return decision.desired <= most && decision.desired >= Math.min(policy.min, most) && decision.desired >= 1;
        }),
      ),
    );
  });

  test('unknown use never takes one away, but to keep a bound', () => {
    const blind = series.map((input) => ({
      ...input,
      seen: input.seen.map((one) => ({ ...one, replicas: one.replicas.map((replica) => ({ ...replica, use: null })) })),
    }));
    fc.assert(
      fc.property(blind, (input) =>
        decisions(input).every(({ before, decision }) => decision.desired >= before || decision.reason === 'above_max'),
      ),
    );
  });

  test('the history stays bounded', () => {
    fc.assert(
      fc.property(series, (input) =>
        decisions(input).every(
          ({ history }) => history.recommendations.length <= 60_000 / 200 + 1 && history.changes.length <= 60_000 / 200,
        ),
      ),
    );
  });

  test('one direction: a recommendation up never ends below, one down never above', () => {
    fc.assert(
      fc.property(series, (input) =>
        decisions(input).every(({ before, decision, policy, seen }) => {
          const inBounds = before >= policy.min && before <= effectiveMax(policy, seen).replicas;
          if (!inBounds) return true;
          return decision.wanted >= before ? decision.desired >= before : decision.desired <= before;
        }),
      ),
    );
  });
});

test('a known part of the readings never recommends fewer than all of them would', () => {
  fc.assert(
    fc.property(
      fc.array(
        share.map((use) => Math.min(1, use)),
        { minLength: 1, maxLength: 8 },
      ),
      fc.nat(7),
      (uses, hidden) => {
        const all = uses.map((use) => ({ ready: true, use }));
        const part = all.map((replica, index) => (index === hidden ? { ...replica, use: null } : replica));
        const full = recommend(all, uses.length, defaults).replicas;
        const blind = recommend(part, uses.length, defaults).replicas;
        return blind >= Math.min(full, uses.length);
      },
    ),
  );
});

test('more load never means fewer replicas', () => {
  fc.assert(
    fc.property(fc.array(share, { minLength: 1, maxLength: 8 }), share, fc.nat(7), (uses, more, which) => {
      const busier = uses.map((use, index) => (index === which % uses.length ? use + more : use));
      const wanted = (of: number[]) =>
        recommend(
          of.map((use) => ({ ready: true, use })),
          of.length,
          defaults,
        ).replicas;
      return wanted(busier) >= wanted(uses);
    }),
  );
});

test('constant load settles, and stays', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 3, noNaN: true }), fc.integer({ min: 1, max: 5 }), (load, start) => {
      let history = beginHistory(start, 0);
      const numbers: number[] = [];
      for (let now = 2_000; now <= 600_000; now += 2_000) {
        const each = Math.min(1, load / history.desired);
        const replicas = Array.from({ length: history.desired }, () => ({ ready: true, use: each }));
        history = decide(defaults, history, view(replicas), now).history;
        numbers.push(history.desired);
      }
      return new Set(numbers.slice(-120)).size === 1;
    }),
  );
});
