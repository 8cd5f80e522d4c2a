import { expect, test } from '@jest/globals';
import { allBoards } from '../src/boards/boards.ts';
import { mayShowNothing } from '../src/dashboards/spec.ts';

const all = allBoards.flatMap(({ board, rows }) =>
  rows.flatMap(({ panels }) => panels.map((spec) => ({ where: `${board}: ${spec.title}`, spec }))),
);
const mayBeEmptyAfter = (minutes: number): string[] =>
  all.filter(({ spec }) => mayShowNothing(spec, minutes)).map(({ where }) => where);

/** Those that nobody may rely on at any time. */
const always = ['golden: Errors of all services', 'stores: Age of the last backup', 'stores: Locks'];

test('six minutes of requests → every panel shows something, but for those whose subject may be missing', () => {
  expect(mayBeEmptyAfter(6).filter((where) => !always.includes(where))).toEqual([]);
});

test('two minutes of requests → budgets may still be missing, and nothing else', () => {
  const more = mayBeEmptyAfter(2).filter((where) => !mayBeEmptyAfter(6).includes(where));
  expect(more.toSorted()).toEqual(['golden: Error budget left', 'slo: Budget left']);
});

test('no request at all → shares may be missing, for there is nothing to share', () => {
  const more = mayBeEmptyAfter(0).filter((where) => !mayBeEmptyAfter(2).includes(where));
  expect(more.toSorted()).toEqual([
    'golden: Burn rate',
    'slo: Burn rates',
    'slo: availability',
    'slo: latency_p95',
    'slo: latency_p99',
  ]);
});

test('what takes minutes says what it waits for', () => {
  for (const { spec, where } of all.filter(({ spec: { afterMinutes } }) => afterMinutes !== undefined))
    expect([where, (spec.emptyWhenIdle ?? '').length > 10]).toEqual([where, true]);
});
