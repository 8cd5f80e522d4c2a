import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { agentName } from '../../src/clicks/agent.ts';
import {
  counterRows,
  hourRows,
  inOrder,
  mostValues,
  otherValue,
  type SeenClick,
  shareRows,
  visitorRows,
} from '../../src/clicks/rollup.ts';
import { unknownVisitor } from '../../src/clicks/visitor.ts';
import { moment } from './arbitrary.ts';

const agents = [
  { browser: 'Chrome', os: 'Windows', device: 'desktop', bot: false },
  { browser: 'Chrome', os: 'Android', device: 'mobile', bot: false },
  { browser: 'Other', os: 'Other', device: 'Other', bot: true },
];

const click: fc.Arbitrary<SeenClick> = fc.record({
  urlId: fc.integer({ min: 1, max: 5 }),
  at: moment,
  visitor: fc.constantFrom('aaaaaaaa', 'bbbbbbbb', unknownVisitor),
  referrer: fc.constantFrom('', 'example.com', 'example.org'),
  agent: fc.constantFrom(...agents),
});

const total = (rows: readonly { clicks: number }[]): number => rows.reduce((sum, { clicks }) => sum + clicks, 0);

test('counters and hours sum to all clicks, shares to those of people, and of people with a referrer', () => {
  fc.assert(
    fc.property(fc.array(click), (clicks) => {
      const ordered = inOrder(clicks);
      const people = clicks.filter(({ agent }) => !agent.bot).length;
      expect(total(counterRows(ordered))).toBe(clicks.length);
      expect(total(hourRows(ordered))).toBe(clicks.length);
      expect(hourRows(ordered).reduce((sum, { bots }) => sum + bots, 0)).toBe(clicks.length - people);
      const shares = (kind: string) => total(shareRows(ordered).filter((row) => row.kind === kind));
      expect(shares('agent')).toBe(people);
      expect(shares('referrer')).toBe(clicks.filter(({ agent, referrer }) => !agent.bot && referrer !== '').length);
    }),
  );
});

test('each row counts the clicks of its key', () => {
  fc.assert(
    fc.property(fc.array(click), (clicks) => {
      for (const { urlId, hour, clicks: count } of hourRows(inOrder(clicks))) {
        const same = clicks.filter((one) => one.urlId === urlId && one.at >= hour && one.at < hour + 3_600_000);
        expect(same).toHaveLength(count);
      }
      for (const { urlId, day, kind, value, clicks: count } of shareRows(inOrder(clicks))) {
        const shareOf = (one: SeenClick) => (kind === 'referrer' ? one.referrer : agentName(one.agent));
        const same = clicks.filter(
          (one) =>
            one.urlId === urlId &&
            new Date(one.at).toISOString().startsWith(day) &&
            !one.agent.bot &&
            shareOf(one) === value,
        );
        expect(same).toHaveLength(count);
      }
    }),
  );
});

test('rows come in the order of their keys, so that all lock alike', () => {
  fc.assert(
    fc.property(fc.array(click), (clicks) => {
      const ordered = inOrder(clicks);
      const keys = shareRows(ordered).map(({ urlId, day, kind, value }) => `${urlId} ${day} ${kind} ${value}`);
      expect(keys).toEqual([...keys].sort());
      const hours = hourRows(ordered).map(({ urlId, hour }) => `${urlId} ${hour}`);
      expect(hours).toEqual([...hours].sort());
    }),
  );
});

test('visitors are the different known ones of people', () => {
  const [person, , bot] = agents;
  const at = Date.UTC(2026, 2, 1, 12);
  const seen = (visitor: string, agent = person) =>
    ({ urlId: 7, at, visitor, referrer: '', agent: agent ?? bot }) as SeenClick;
  const ordered = inOrder([
    seen('aaaaaaaa'),
    seen('aaaaaaaa'),
    seen('bbbbbbbb'),
    seen(unknownVisitor),
    seen('cccccccc', bot),
  ]);
  expect([...visitorRows(ordered)]).toEqual([
    { urlId: 7, day: '2026-03-01', visitors: new Set(['aaaaaaaa', 'bbbbbbbb']) },
  ]);
});

test('a batch names a bounded number of referrers, whoever invents them', () => {
  const [agent] = agents;
  const at = Date.UTC(2026, 2, 1);
  const ordered = inOrder(
    Array.from(
      { length: 500 },
      (_, n) => ({ urlId: 1, at, visitor: 'aaaaaaaa', referrer: `${n}.example`, agent }) as SeenClick,
    ),
  );
  const referrers = shareRows(ordered).filter(({ kind }) => kind === 'referrer');
  expect(referrers).toHaveLength(mostValues + 1);
  expect(referrers.find(({ value }) => value === otherValue)?.clicks).toBe(500 - mostValues);
});
