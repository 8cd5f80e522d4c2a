import { describe, expect, test } from '@jest/globals';
import type { Shape } from '../../../k6/lib/phase.ts';
import { brokenBy, findKnee } from '../../src/load/knee.ts';
import { describeLoad } from '../../src/load/markdown.ts';
import { problemsOf } from '../../src/load/problems.ts';
import { parseBaseline, worseThan } from '../../src/load/regression.ts';
import type { LoadResult } from '../../src/load/result.ts';

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
  const { clicks, failures } = result();
  const problems = (change: Parameters<typeof result>[0], shape: Shape['kind'] = 'flat') =>
    problemsOf(result(change), shape, []);
  test('nothing to say where all held', () => expect(problems({})).toEqual([]));
  test('an objective that broke is a failure', () =>
    expect(problemsOf(result(), 'flat', ['a threshold'])).toEqual(['a threshold']));
  test('a click that is missing or doubled is a failure', () =>
    expect(problems({ clicks: { ...clicks, missing: 1, doubled: 2 } })).toHaveLength(2));
  test('of a load that was cut off nobody knows whether clicks are exact, which is no success', () =>
    expect(problems({ clicks: { ...clicks, missing: 2, cutOff: 3 } })).toEqual([
      '3 redirects were cut off: their clicks cannot be told',
    ]));
  test('links are there that were answered, and at most those beside them whose answer was lost', () => {
    const created = { answered: 10, found: 12 };
    expect(problems({ created })).toHaveLength(1);
    expect(problems({ created, failures: { ...failures, noAnswer: 2 } })).toEqual([]);
    expect(problems({ created: { answered: 10, found: 9 } })).toHaveLength(1);
  });
  test('what was not sent is not judged by: a phase with less than it asked for is a failure, a warm-up with less is none', () => {
    const warmUp = { ...phase().phase, judged: false };
    expect(problems({ phases: [phase({ requests: 1_000, dropped: 9 })] })).toEqual([]);
    expect(problems({ phases: [phase({ requests: 980, dropped: 20 })] })).toEqual([
      'load: 20 could not be sent in time',
    ]);
    expect(problems({ phases: [phase({ requests: 980, dropped: 20, phase: warmUp })] })).toEqual([]);
    expect(problems({ phases: [phase({ requests: 0 })] })).toEqual(['load: nothing was sent']);
  });
  test('one wrong answer is a failure, however many were right', () =>
    expect(problems({ failures: { ...failures, unexpected: 1 } })).toHaveLength(1));
  test('a refusal says when to come again', () => {
    expect(problems({ failures: { ...failures, shed: 100, shedTold: 1 } })).toEqual([]);
    expect(problems({ failures: { ...failures, shed: 100, shedTold: 0.99 } })).toEqual([
      '1.0 % of the refusals had no Retry-After',
    ]);
  });
  test('a refusal is quick', () => {
    const shed = { shed: 100, shedTold: 1 };
    expect(problems({ failures: { ...failures, ...shed, shedP95: 1_000 } })).toEqual([]);
    expect(problems({ failures: { ...failures, ...shed, shedP95: 1_001 } })).toEqual([
      'refusals took 1001 ms (p95), over 1000',
    ]);
  });
  test('redirects are refused last', () => {
    const many = { shed: 300, shedTold: 1 };
    // Of 950 redirects and 50 others.
    expect(problems({ failures: { ...failures, ...many, shedRedirects: 255 } })).toEqual([]);
    expect(problems({ failures: { ...failures, ...many, shedRedirects: 290 } })).toEqual([
      'redirects were refused before the rest: 30.5 % of them, 20.0 % of all else',
    ]);
    expect(problems({ failures: { ...failures, ...many, shed: 9, shedRedirects: 9 } })).toEqual([]);
    const only = phase({ apiAsked: 0 });
    expect(problems({ phases: [only], failures: { ...failures, ...many, shedRedirects: 300 } })).toEqual([]);
  });
  test('a climb finds a knee: a step that held and one that did not', () => {
    const broke = { perSecond: 250, why: 'p95 150 ms' };
    expect(problems({ knee: { perSecond: 200, broke } }, 'climb')).toEqual([]);
    expect(problems({ knee: { perSecond: undefined, broke } }, 'climb')).toEqual([expect.stringContaining('held')]);
    expect(problems({ knee: { perSecond: 200, broke: undefined } }, 'climb')).toEqual([
      expect.stringContaining('no step of the climb broke'),
    ]);
  });
  test('a spike may be refused; it brings nothing down', () => {
    expect(problems({ failures: { ...failures, shed: 100, shedTold: 1 } }, 'spike')).toEqual([]);
    expect(problems({ failures: { ...failures, noAnswer: 1 } }, 'spike')).toHaveLength(1);
    expect(problems({ failures: { ...failures, noAnswer: 1 } })).toEqual([]);
  });
  test('a soak whose backlog only grew is a failure; a moment is too short to tell', () => {
    const backlog = { first: 2, most: 90, last: 90, onlyGrew: true };
    expect(problems({ scenario: 'soak', backlog })).toEqual(['the backlog of clicks only grew, from 2 batches to 90']);
    expect(problems({ scenario: 'soak', backlog: { ...backlog, onlyGrew: false } })).toEqual([]);
    expect(problems({ scenario: 'spike', backlog })).toEqual([]);
  });
  test('stairs bring replicas, which go again, and somebody saw it', () => {
    const seen = (first: number, most: number, last: number) => ({ replicas: { first, most, last } });
    expect(problems(seen(2, 3, 2), 'stairs')).toEqual([]);
    expect(problems(seen(2, 5, 4), 'stairs')).toEqual([]);
    expect(problems(seen(2, 2, 2), 'stairs')).toEqual([expect.stringContaining('no replica came')]);
    expect(problems(seen(2, 5, 5), 'stairs')).toEqual(['of 5 replicas none had gone when the load was over']);
    expect(problems({ replicas: undefined }, 'stairs')).toEqual([expect.stringContaining('nobody saw')]);
    expect(problems({ replicas: undefined })).toEqual([]);
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
  test('redirects that take longer beside what the edge answers alone are', () => {
    const as = (redirect: number, edge: number) =>
      result({
        phases: [phase({ redirect: { ...phase().redirect, p95: redirect }, edge: { ...phase().redirect, p95: edge } })],
      });
    expect(worseThan(as(40, 8), as(20, 4))).toEqual([]);
    expect(worseThan(as(40, 5), as(20, 4))).toEqual([
      'redirects take 8.0 times as long as the edge alone (p95), 5.0 times in abc1234',
    ]);
    const { edge, ...older } = phase();
    expect(edge).toBeDefined();
    expect(worseThan(as(40, 5), result({ phases: [older] }))).toEqual([]);
  });
  test('a refusal is no answer', () =>
    expect(worseThan(result({ failures: { ...result().failures, shed: 300 } }), result())).toEqual([
      '70 % of what was asked for was answered, 100 % in abc1234',
    ]));
  test('a run at another rate is not compared, and that is no success', () => {
    const faster = phase({ phase: { name: 'load', kind: 'rate', start: 10, seconds: 10, rate: 200, judged: true } });
    expect(worseThan(result({ phases: [faster] }), result())).toHaveLength(1);
  });
  test('a run whose cost nobody saw is no success', () => {
    expect(worseThan(result({ services: [] }), result())).toHaveLength(1);
    expect(worseThan(result({ generatorCpus: 0 }), result())).toHaveLength(1);
  });
  test('a baseline is a result of the same scenario, with what it cost', () => {
    const text = (change: Partial<LoadResult>) => JSON.stringify(result(change));
    expect(parseBaseline(text({}), 'sustained')).toEqual(result());
    expect(() => parseBaseline(text({ scenario: 'zipf' }), 'sustained')).toThrow('of zipf, not of sustained');
    expect(() => parseBaseline(text({ services: [] }), 'sustained')).toThrow('what the stack and k6 have used');
    const machine = { ...result().machine, commit: 'unknown' };
    expect(() => parseBaseline(text({ machine }), 'sustained')).toThrow('of which commit');
  });
});

describe('a run for people', () => {
  const text = describeLoad(
    result({ knee: { perSecond: 200, broke: { perSecond: 250, why: 'p95 150 ms' } } }),
    'a.svg',
  );
  test('says what was asked, what was felt, what it cost and whether clicks are exact', () => {
    expect(text).toContain('| load | 100/s, 10 s | 100 | 2.0 / 20 / 50 / 80 | 1.0 / 4.0 | 0.00 % |');
    expect(text).toContain('The knee is at **200 redirects/s**. At 250/s it broke: p95 150 ms.');
    expect(text).toContain('950 redirects answered, 950 clicks recorded on 10 links: **exact**');
    expect(text).toContain('| app | 0.50 | 0.70 |');
    expect(text).toContain('Everything held.');
  });
  test('says how many batches of clicks waited', () =>
    expect(describeLoad(result({ backlog: { first: 2, most: 9, last: 3, onlyGrew: false } }), 'a.svg')).toContain(
      'Batches of clicks that waited: 2 first, 9 at most, 3 last.',
    ));
  test('says what was not sent, and which requests were refused', () => {
    const spike = phase({ phase: { ...phase().phase, name: 'spike' }, requests: 600, dropped: 400 });
    const shed = { shed: 100, shedRedirects: 30, shedTold: 1 };
    const said = describeLoad(result({ phases: [spike], failures: { ...result().failures, ...shed } }), 'a.svg');
    expect(said).toContain('Sent of what was asked for: spike 60.00 %.');
    expect(said).toContain('100 refused on purpose (30 redirects, 70 others;');
  });
  test('says what did not hold', () =>
    expect(describeLoad(result({ problems: ['one thing'] }), 'a.svg')).toContain('- one thing'));
});
