import { describe, expect, test } from '@jest/globals';
import { realistic, redirectsOnly } from '../../../k6/lib/mix.ts';
import { stepOf, streamOf } from '../../../k6/lib/plan.ts';
import { isShed, mayBeDone } from '../../../k6/lib/refusal.ts';
import { checkClicks, expectClicks, readUnanswered } from '../../src/load/clicks.ts';

const plan = { mix: redirectsOnly, popularity: { kind: 'zipf' }, links: 20 } as const;
const load = (started: number, answered = started) => new Map([['load', { started, answered }]]);
const sum = (counts: Uint32Array) => counts.reduce((total, count) => total + count, 0);
const linkOf = (index: number, phase = 'load') => stepOf(plan, streamOf(phase), index).link;

test.each([
  ["the service's own 503", 503, {}, true, false],
  ['429', 429, {}, true, false],
  [
    "the edge's own 503: no replica answered it",
    503,
    { 'Proxy-Status': 'edge; error=destination_unavailable' },
    false,
    true,
  ],
  ["the edge's own 504", 504, { 'Proxy-Status': 'edge; error=http_response_timeout' }, false, true],
  ['500', 500, {}, false, true],
  ['no answer', 0, {}, false, true],
  ['404', 404, {}, false, false],
  ['410', 410, {}, false, false],
])('%s: whether it was refused on purpose, and may have left a click', (_what, status, more, shed, maybe) => {
  const answer = { status, headers: { 'Retry-After': '2', ...more } };
  expect([isShed(answer), mayBeDone(answer)]).toEqual([shed, maybe]);
});

describe('the clicks that a run must have left', () => {
  test('every redirect that was started is one, on the link that its number stands for', () => {
    const { sure, possible } = expectClicks(plan, load(50), []);
    const links = new Uint32Array(20);
    for (let index = 0; index < 50; index += 1) links[linkOf(index)] = (links[linkOf(index)] ?? 0) + 1;
    expect(sure).toEqual(links);
    expect(sum(possible)).toBe(0);
  });
  test('of a mix only the redirects count, however many iterations that takes', () => {
    const mixed = { ...plan, mix: realistic };
    expect(sum(expectClicks(mixed, load(1_000), []).sure)).toBe(1_000);
  });
  test('a mix without redirects leaves none', () =>
    expect(sum(expectClicks({ ...plan, mix: [['create', 1]] }, load(0), []).sure)).toBe(0));
  test('a refused redirect left none; one without an answer may have left one', () => {
    const log = 'unanswered load 3 refused\nsomething else\nunanswered load 4 unknown\nunanswered load 5 unknown';
    const { sure, possible, cutOff } = expectClicks(plan, load(10, 7), readUnanswered(log));
    expect(cutOff).toBe(0);
    expect(sum(sure)).toBe(7);
    expect(sum(possible)).toBe(2);
    expect(possible[linkOf(4)]).toBeGreaterThan(0);
  });
  test('those that had neither an answer nor a failure when the load was ended are cut off', () =>
    expect(expectClicks(plan, load(10, 6), readUnanswered('unanswered load 3 refused')).cutOff).toBe(3));
});

describe('the count after a run', () => {
  const expected = { sure: Uint32Array.of(5, 2, 0), possible: Uint32Array.of(0, 1, 0), cutOff: 0 };
  test('exact', () =>
    expect(checkClicks(expected, [5, 2, 0])).toMatchObject({ recorded: 7, missing: 0, doubled: 0, differing: [] }));
  test('a click of a redirect that the client does not know is no error', () =>
    expect(checkClicks(expected, [5, 3, 0])).toMatchObject({ missing: 0, doubled: 0, unknown: 1 }));
  test('one missing and one too many on different links are two errors, though the sum is right', () =>
    expect(checkClicks(expected, [4, 2, 1])).toMatchObject({
      recorded: 7,
      missing: 1,
      doubled: 1,
      differing: [
        { link: 0, answered: 5, recorded: 4 },
        { link: 2, answered: 0, recorded: 1 },
      ],
    }));
});
