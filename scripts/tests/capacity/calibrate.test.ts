import { describe, expect, test } from '@jest/globals';
import { calibrateBreakpoint, calibrateRedirect, calibrateUsable } from '../../src/capacity/calibrate.ts';
import { demandWords, parseCapacityOptions, usualDemand } from '../../src/capacity/options.ts';
import type { LoadResult } from '../../src/load/result.ts';
import { phase, result } from '../load/fixtures.ts';
import { figures } from './fixtures.ts';

/** A run at a rate in which nginx takes 20 µs a request and 0.05 CPUs at rest. */
const at = (rate: number): LoadResult => {
  const [app] = result().services;
  if (!app) throw new Error('no service');
  const use = { ...app, service: 'nginx', cpus: 0.05 + rate * 20e-6 };
  return result({ scenario: 'hot-key', phases: [phase({ answered: rate * 10 })], services: [use] });
};

const climb = (change: Partial<LoadResult> = {}): LoadResult =>
  result({
    scenario: 'breakpoint',
    knee: { perSecond: 3_000, broke: { perSecond: 3_750, why: 'p95 150 ms' } },
    ...change,
  });

describe('coefficients from runs', () => {
  test('a redirect costs the slope over the rate; what runs anyway is not counted', () => {
    const { cpu } = calibrateRedirect(figures, [at(500), at(1_000), at(2_000)]);
    expect(cpu.hit).toEqual({ nginx: 20, app: 0, postgres: 0, cache: 0, queue: 0 });
    expect(cpu.idle).toBe(0.05);
    const command = 'scripts/load sustained; scripts/load sustained; scripts/load sustained';
    expect(cpu.sources).toMatchObject({ hit: { command }, idle: { command }, miss: figures.cpu.sources.miss });
    expect(cpu.miss).toBe(figures.cpu.miss);
  });
  test.each([
    ['one run gives no slope', [at(500)], 'two runs'],
    ['nor do two at nearly the same rate', [at(500), at(510)], 'two runs'],
    ['a mix is no redirect', [at(500), result({ phases: [phase({ answered: 10_000 })] })], 'not of hot-key'],
    ['what nobody watched did not cost nothing', [at(500), { ...at(1_000), services: [] }], 'nobody saw'],
    [
      'what was no success is no measure',
      [at(500), { ...at(1_000), problems: ['one thing'] }],
      'no success: one thing',
    ],
    [
      'a refusal is no redirect',
      [at(500), { ...at(1_000), failures: { ...result().failures, shed: 1 } }],
      'not every redirect',
    ],
  ])('%s', (_what, runs, why) => expect(() => calibrateRedirect(figures, runs)).toThrow(why));
  test('the share of the CPUs that may be busy is what all took at the knee of a climb', () => {
    // 0.4 CPUs of services and 0.6 of k6, of 2
    expect(calibrateUsable(figures, climb()).cpu.usable).toBe(0.5);
  });
  test('the knee of a climb, and what the generator took for a request', () => {
    const { breakpoint } = calibrateBreakpoint(figures, climb());
    expect(breakpoint).toMatchObject({ perSecond: 3_000, cores: 2, generatorMicros: 200 });
    expect(() => calibrateBreakpoint(figures, climb({ generatorCpus: 0 }))).toThrow('what k6 used');
  });
  test.each([
    ['of another scenario', { scenario: 'spike' }, 'a run of spike, not of breakpoint'],
    ['that was no success', { problems: ['it was ended before its time'] }, 'no success: it was ended'],
    ['whose first step broke', { knee: { perSecond: undefined, broke: undefined } }, 'no knee'],
    ['of which no step broke', { knee: { perSecond: 3_000, broke: undefined } }, 'no knee'],
  ])('a run %s has no knee to take', (_what, change, why) => {
    expect(() => calibrateUsable(figures, climb(change))).toThrow(why);
    expect(() => calibrateBreakpoint(figures, climb(change))).toThrow(why);
  });
  test('a climb predicts itself exactly, so it is no check of itself', () => {
    const once = calibrateUsable(figures, climb());
    expect(() => calibrateBreakpoint(once, climb())).toThrow('two different climbs');
    expect(() => calibrateUsable(calibrateBreakpoint(figures, climb()), climb())).toThrow('two different climbs');
    const other = climb({ at: '2026-01-01T01:00:00.000Z' });
    expect(calibrateBreakpoint(once, other).breakpoint?.source.at).toBe(other.at);
  });
});

describe('the words behind capacity', () => {
  test('none: the usual demand', () =>
    expect(parseCapacityOptions([])).toEqual({
      demand: usualDemand,
      write: false,
      redirects: [],
      usable: undefined,
      breakpoint: undefined,
    }));
  test('what is given replaces it', () =>
    expect(parseCapacityOptions(['--rate', '500', '--hit-ratio', '0.5', '--retention', '0']).demand).toEqual({
      ...usualDemand,
      rate: 500,
      clicksPerDay: (500 * 86_400) / 10,
      hitRatio: 0.5,
      retention: 0,
    }));
  test('a demand is said in the words that ask for it', () => {
    const words = ['--rate', '500', '--retention', '12', '--profile', 'full'];
    expect(demandWords(parseCapacityOptions(words).demand)).toEqual(words);
    expect(demandWords(usualDemand)).toEqual([]);
    const clicks = ['--clicks-per-day', '1000000'];
    expect(demandWords(parseCapacityOptions(clicks).demand)).toEqual(clicks);
  });
  test('an average above the busiest moment is refused with both', () => {
    const words = ['--rate', '10', '--clicks-per-day', '5000000'];
    expect(() => parseCapacityOptions(words)).toThrow('57.9/s on average, more than the 10/s of the busiest moment');
    expect(parseCapacityOptions(['--rate', '58', ...words.slice(2)]).demand.clicksPerDay).toBe(5_000_000);
  });
  test.each([
    [['--rate', 'much']],
    [['--clicks-per-day', '']],
    [['--rate', '']],
    [['--hit-ratio', '1.1']],
    [['--speed', '3']],
    [['--profile', 'all']],
  ])('%j is refused', (argv) => expect(() => parseCapacityOptions(argv)).toThrow());
});
