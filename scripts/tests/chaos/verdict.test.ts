import { describe, expect, test } from '@jest/globals';
import { judge, timesOf } from '../../src/chaos/verdict.ts';
import { expectation, failure, measured } from './fixtures.ts';

const judged = (change: Parameters<typeof measured>[0], expected = expectation()) =>
  judge(expected, { ignored: ['Watchdog'], earlier: ['SLOFastBurn'] }, measured(change));

describe('a drill against what is expected of it', () => {
  test('all as expected: nothing to say, and every time is known', () => {
    expect(judged({})).toEqual([]);
    expect(timesOf(expectation(), measured())).toMatchObject({
      detect: 31,
      notify: 38,
      resolve: 30,
      recover: 2,
      fast: 0,
    });
  });
  test('a fault that nobody felt proves nothing', () => expect(judged({ felt: false })).toHaveLength(1));
  test('one of which users felt less than they must was not where it should have been', () => {
    const felt = expectation({
      failedRedirects: null,
      writes: 'told to come again',
      atLeast: { failedRedirects: 1, refusedWrites: 1 },
    });
    const failures = [failure('redirect', 503, true), failure('write', 503, true)];
    expect(judged({ failures }, felt)).toEqual([]);
    const [before, after] = [99_000, 151_000].map((at) => failures.map((one) => ({ ...one, at })));
    for (const elsewhere of [[], before, after])
      expect(judged({ failures: elsewhere ?? [] }, felt)).toEqual([
        '0 redirects failed, at least 1 must: it was not felt where it should have been',
        '0 writes were refused with 503, at least 1 must: it was not felt where it should have been',
      ]);
    expect(judged({ failures: [failure('redirect', 0), failure('write', 0)] }, felt)).toContain(
      '0 writes were refused with 503, at least 1 must: it was not felt where it should have been',
    );
  });
  test('one failed redirect is too many, also a refused one', () => {
    expect(judged({ failures: [failure('redirect', 0)] })).toEqual(['1 redirects failed, 0 are expected']);
    expect(judged({ failures: [failure('redirect', 503, true)] })).toHaveLength(1);
    expect(judged({ failures: [failure('redirect', 503)] }, expectation({ failedRedirects: null }))).toEqual([]);
  });
  test('writes: served, or told to come again, or lost', () => {
    const failures = [failure('write', 503, true)];
    expect(judged({ failures })).toHaveLength(1);
    expect(judged({ failures }, expectation({ writes: 'told to come again' }))).toEqual([]);
    expect(judged({ failures: [failure('write', 503)] }, expectation({ writes: 'told to come again' }))).toHaveLength(
      1,
    );
    expect(judged({ failures: [failure('write', 0)] }, expectation({ writes: 'told to come again' }))).toEqual([
      '1 writes failed (no answer): only 503 with Retry-After is expected',
    ]);
    expect(judged({ failures: [failure('write', 0)] }, expectation({ writes: 'lost' }))).toEqual([]);
  });
  test('a click lost and a click doubled are two failures', () =>
    expect(judged({ clicks: { answered: 10, unknown: 0, recorded: 10, missing: 1, doubled: 1 } })).toEqual([
      '1 clicks lost',
      '1 clicks doubled',
    ]));
  test('late, or never back', () => {
    expect(judged({ recovered: 166_000 })).toEqual(['recovery: 16 s, at most 15 s are expected']);
    expect(judged({ recovered: undefined })).toEqual(['recovery: never']);
  });
  test('slow for too long while it lasts, or until its cure, where that is asked', () => {
    const spike = expectation({ fastWithin: 20 });
    expect(judged({ fast: 119_000 }, spike)).toEqual([]);
    expect(judged({ fast: 121_000 }, spike)).toEqual([
      'p95 under 500 ms while it lasts: 21 s, at most 20 s are expected',
    ]);
    expect(judged({ fast: undefined }, spike)).toEqual(['p95 under 500 ms while it lasts: never']);
    expect(judged({ fast: undefined })).toEqual([]);
  });
  test('a mail that is late, or never comes', () => {
    expect(judged({ mails: { firing: 161_000, resolved: 180_000, messages: 2 } })).toHaveLength(1);
    expect(judged({ mails: { firing: undefined, resolved: undefined, messages: 0 } })).toHaveLength(2);
  });
  test('where chat is seen, it must be told as soon as people by mail', () => {
    expect(judged({ chat: { firing: 140_000, resolved: 181_000, messages: 2 } })).toEqual([]);
    expect(judged({ chat: { firing: 161_000, resolved: undefined, messages: 1 } })).toEqual([
      'message of RedisDown: 61 s, at most 60 s are expected',
      'message that RedisDown is over: never',
    ]);
  });
  test('the expected alert must fire; another may only where it is allowed', () => {
    const fires = (name: string) => ({ name, pending: 1, firing: 2, ended: undefined });
    expect(judged({ alerts: [], mails: undefined })).toEqual(['RedisDown did not fire']);
    const [redis] = measured().alerts ?? [];
    if (!redis) throw new Error('no alert');
    expect(judged({ alerts: [redis, fires('BreakerOpen')] })).toEqual([]);
    expect(judged({ alerts: [redis, fires('PostgresDown')] })).toEqual([
      'alerts that it should not raise: PostgresDown',
    ]);
    expect(judged({ alerts: [redis, { ...fires('PostgresDown'), firing: undefined }] })).toEqual([]);
  });
  test('one that looks far back is excused where it began before the fault, and no other', () => {
    const [redis] = measured().alerts ?? [];
    if (!redis) throw new Error('no alert');
    const burns = (name: string, pending: number | undefined, firing: number) =>
      judged({ alerts: [redis, { name, pending, firing, ended: undefined }] });
    expect(burns('SLOFastBurn', undefined, 91_000)).toEqual([]);
    expect(burns('SLOFastBurn', 95_000, 125_000)).toEqual([]);
    expect(burns('SLOFastBurn', 121_000, 151_000)).toEqual(['alerts that it should not raise: SLOFastBurn']);
    expect(burns('PostgresDown', undefined, 91_000)).toEqual(['alerts that it should not raise: PostgresDown']);
  });
  test('without Prometheus alerts are not judged', () =>
    expect(judged({ alerts: undefined, mails: undefined })).toEqual([]));
});
