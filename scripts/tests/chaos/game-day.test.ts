import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describeDay } from '../../src/chaos/day-report.ts';
import { type Day, judgeDay } from '../../src/chaos/day-verdict.ts';
import { drills } from '../../src/chaos/drills.ts';
import { scheduleOf } from '../../src/chaos/schedule.ts';
import { result } from '../load/fixtures.ts';
import { expectation, failure, measured } from './fixtures.ts';

describe('the faults of a game day', () => {
  test('come one after another, 20 to 40 s apart, and leave a quiet end', () =>
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 60 }), (seed, minutes) => {
        let end = 0;
        for (const { at, seconds } of scheduleOf(seed, minutes * 60)) {
          expect(at - end).toBeGreaterThanOrEqual(20);
          expect(at - end).toBeLessThanOrEqual(40);
          end = at + seconds;
        }
        expect(end + 60).toBeLessThanOrEqual(Math.max(60, minutes * 60));
      }),
    ));
  test('are the same for a seed, others for another, and of every drill in the long run', () => {
    expect(scheduleOf(1, 1_800)).toEqual(scheduleOf(1, 1_800));
    expect(scheduleOf(1, 1_800)).not.toEqual(scheduleOf(2, 1_800));
    expect(new Set(scheduleOf(3, 36_000).map(({ drill }) => drill.name)).size).toBe(drills.length);
  });
});

const fault = (change: Partial<Day['happened'][number]> = {}) => ({
  name: 'redis-down',
  expected: expectation(),
  felt: true,
  injected: 100_000,
  broken: 101_000,
  cured: 150_000,
  ...change,
});
const day = (change: Partial<Day> = {}): Day => ({
  happened: [fault()],
  failures: [],
  clicks: measured().clicks,
  alerts: [{ name: 'RedisDown', pending: 110_000, firing: 131_000, ended: 160_000 }],
  mails: [{ at: 137_000, subject: 'CRITICAL RedisDown: the queue is down' }],
  ignored: ['Watchdog'],
  earlier: ['SLOFastBurn'],
  ...change,
});
const fires = (name: string, firing: number) => ({ name, pending: firing, firing, ended: undefined });

describe('the verdict over a day', () => {
  test('all as promised', () => expect(judgeDay(day()).good).toBe(true));
  test('a redirect that failed is excused only while a fault that may fail one lasts, and its recovery', () => {
    const failures = [failure('redirect', 503)];
    expect(judgeDay(day({ failures }))).toMatchObject({ redirectsFailed: 1, good: false });
    const happened = [fault({ expected: expectation({ failedRedirects: null }) })];
    expect(judgeDay(day({ failures, happened })).good).toBe(true);
    expect(judgeDay(day({ failures: [{ ...failure('redirect', 503), at: 166_000 }], happened })).good).toBe(false);
  });
  test('a write that was told to come again is excused, one without an answer is not', () => {
    const happened = [fault({ expected: expectation({ writes: 'told to come again' }) })];
    expect(judgeDay(day({ failures: [failure('write', 503, true)], happened })).writesFailed).toBe(0);
    expect(judgeDay(day({ failures: [failure('write', 0)], happened })).writesFailed).toBe(1);
  });
  test('an alert is missed where the fault lasted long enough', () => {
    expect(judgeDay(day({ alerts: [] })).alertsMissed).toEqual(['RedisDown (redis-down)']);
    expect(judgeDay(day({ alerts: [], happened: [fault({ cured: 120_000 })] })).good).toBe(true);
    const before = { ...fires('RedisDown', 50_000), ended: 99_000 };
    expect(judgeDay(day({ alerts: [before] })).alertsMissed).toEqual(['RedisDown (redis-down)']);
    expect(judgeDay(day({ alerts: [{ ...before, ended: 101_000 }], mails: undefined })).alertsMissed).toEqual([]);
  });
  test('an alert of which nobody was told in time is missed, too', () => {
    const subject = 'CRITICAL RedisDown: the queue is down';
    const missed = ['mail of RedisDown (redis-down)'];
    expect(judgeDay(day({ mails: [] })).alertsMissed).toEqual(missed);
    expect(judgeDay(day({ mails: [{ at: 162_000, subject }] })).alertsMissed).toEqual(missed);
    expect(judgeDay(day({ mails: [{ at: 140_000, subject: `resolved ${subject}` }] })).alertsMissed).toEqual(missed);
    expect(judgeDay(day({ mails: undefined })).alertsMissed).toEqual([]);
  });
  test('an alert is false where no fault explains it', () => {
    const [redis] = day().alerts ?? [];
    if (!redis) throw new Error('no alert');
    expect(judgeDay(day({ alerts: [redis, fires('PostgresDown', 120_000)] })).alertsFalse).toEqual(['PostgresDown']);
    expect(judgeDay(day({ alerts: [redis, fires('BreakerOpen', 120_000), fires('Watchdog', 1)] })).good).toBe(true);
    expect(judgeDay(day({ alerts: [redis, fires('BreakerOpen', 900_000)] })).alertsFalse).toEqual(['BreakerOpen']);
  });
  test('one that looks far back is founded long after a fault that may raise it, or where it fired before all of them', () => {
    const [redis] = day().alerts ?? [];
    if (!redis) throw new Error('no alert');
    const falseOf = (name: string, firing: number, allowed: string[] = []) =>
      judgeDay(day({ alerts: [redis, fires(name, firing)], happened: [fault({ expected: expectation({ allowed }) })] }))
        .alertsFalse;
    expect(falseOf('SLOFastBurn', 900_000, ['SLOFastBurn'])).toEqual([]);
    expect(falseOf('SLOFastBurn', 90_000)).toEqual([]);
    expect(falseOf('SLOFastBurn', 140_000)).toEqual(['SLOFastBurn']);
    expect(falseOf('PostgresDown', 90_000)).toEqual(['PostgresDown']);
  });
  test('a click lost, doubled, or a fault that nobody felt', () => {
    expect(judgeDay(day({ clicks: { ...measured().clicks, missing: 1 } })).good).toBe(false);
    expect(judgeDay(day({ clicks: { ...measured().clicks, doubled: 1 } })).good).toBe(false);
    expect(judgeDay(day({ happened: [fault({ felt: false })] })).notFelt).toEqual(['redis-down']);
    const expected = expectation({ writes: 'told to come again', atLeast: { failedRedirects: 0, refusedWrites: 1 } });
    const happened = [fault({ expected })];
    expect(judgeDay(day({ happened })).notFelt).toEqual(['redis-down']);
    expect(judgeDay(day({ happened, failures: [failure('write', 503, true)] })).notFelt).toEqual([]);
  });
  test('without Prometheus nobody can say that an alert was missed', () =>
    expect(judgeDay(day({ alerts: undefined })).good).toBe(true));
});

test('the report of a day has the verdict, the seed and every fault', () => {
  const text = describeDay(
    {
      format: 1,
      command: 'scripts/game-day',
      at: 'now',
      machine: result().machine,
      seed: 7,
      seconds: 600,
      rate: 100,
      sent: 60_000,
      start: 0,
      day: day(),
      verdict: judgeDay(day()),
    },
    'a.svg',
  );
  expect(text).toContain('**All as promised.**');
  expect(text).toContain('seed 7, 10 minutes');
  expect(text).toContain('| 100 s | redis-down | 50 s | yes | 0 |');
});
