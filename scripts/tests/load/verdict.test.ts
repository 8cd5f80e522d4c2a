import { describe, expect, test } from '@jest/globals';
import { brokenBy, findKnee } from '../../src/load/knee.ts';
import { describeLoad } from '../../src/load/markdown.ts';
import { worseThan } from '../../src/load/regression.ts';
import { problemsOf } from '../../src/load/result.ts';
import { phase, result, step } from './fixtures.ts';

const slo = { availability: 0.999, p95: 100, p99: 500 };
const slow = { redirect: { p50: 50, p95: 150, p99: 400, max: 900 } };

describe('the knee', () => {
  test('is the last step that held before the first that did not', () => {
    const steps = [step(100), step(200), step(300, slow), step(400)];
    expect(findKnee(steps, slo)).toEqual({ perSecond: 200, broke: { perSecond: 300, why: 'p95 150 ms' } });
  });
  test('where the first step breaks there is none, where none breaks it is not known how far', () => {
    expect(findKnee([step(100, slow)], slo).perSecond).toBeUndefined();
    expect(findKnee([step(100), step(200)], slo)).toEqual({ perSecond: 200, broke: undefined });
  });
  test.each([
    ['0.20 % failed', { failed: 0.002 }],
    ['p99 600 ms', { redirect: { p50: 1, p95: 50, p99: 600, max: 900 } }],
    ['20 could not be sent in time', { dropped: 20, started: 980 }],
    [undefined, { failed: 0.001, dropped: 5 }],
  ])('a step breaks by: %s', (why, change) => expect(brokenBy(phase(change), slo)).toBe(why));
});

describe('whether a run is a success', () => {
  const { clicks, created, failures } = result();
  test('nothing to say where all held', () => expect(problemsOf({ clicks, created, failures }, [])).toEqual([]));
  test('a click that is missing or doubled is a failure', () => {
    const wrong = { ...clicks, missing: 1, doubled: 2 };
    expect(problemsOf({ clicks: wrong, created, failures }, ['a threshold'])).toHaveLength(3);
  });
  test('links are there that were answered, and at most those beside them whose answer was lost', () => {
    const found = { answered: 10, found: 12 };
    expect(problemsOf({ clicks, created: found, failures }, [])).toHaveLength(1);
    expect(problemsOf({ clicks, created: found, failures: { ...failures, noAnswer: 2 } }, [])).toEqual([]);
    expect(problemsOf({ clicks, created: { answered: 10, found: 9 }, failures }, [])).toHaveLength(1);
  });
});

describe('a run against its baseline', () => {
  const app = (cpus: number) => ({ services: result().services.map((use) => ({ ...use, cpus })) });
  test('the same is not worse, nor is a little more CPU', () => {
    expect(worseThan(result(), result())).toEqual([]);
    expect(worseThan(result(app(0.6)), result(app(0.5)))).toEqual([]);
  });
  test('twice the CPU on a machine on which k6 takes twice as much, too, is not', () =>
    expect(worseThan(result({ ...app(1), generatorCpus: 0.4 }), result({ ...app(0.5), generatorCpus: 0.2 }))).toEqual(
      [],
    ));
  test('a third more CPU for the same requests is', () =>
    expect(worseThan(result(app(0.7)), result(app(0.5)))).toEqual([
      'the stack takes 3.5 times the CPU of k6, 2.5 times in abc1234',
    ]));
  test('to leave a fifth of the requests unanswered is', () =>
    expect(worseThan(result({ phases: [phase({ requests: 800, dropped: 200 })] }), result())).toEqual([
      '80 % of what was asked for was answered, 100 % in abc1234',
    ]));
  test('runs of two scenarios are not compared', () =>
    expect(worseThan(result(), result({ scenario: 'zipf' }))).toHaveLength(1));
});

describe('a run for people', () => {
  const text = describeLoad(
    result({ knee: { perSecond: 200, broke: { perSecond: 250, why: 'p95 150 ms' } } }),
    'a.svg',
  );
  test('says what was asked, what was felt, what it cost and whether clicks are exact', () => {
    expect(text).toContain('| load | 100/s, 10 s | 100 | 2.0 / 20 / 50 / 80 | 0.00 % |');
    expect(text).toContain('The knee is at **200 redirects/s**. At 250/s it broke: p95 150 ms.');
    expect(text).toContain('950 redirects answered, 950 clicks recorded on 10 links: **exact**');
    expect(text).toContain('| app | 0.50 | 0.70 |');
    expect(text).toContain('Everything held.');
  });
  test('says what did not hold', () =>
    expect(describeLoad(result({ problems: ['one thing'] }), 'a.svg')).toContain('- one thing'));
});
