import { describe, expect, test } from '@jest/globals';
import { calibrateBreakpoint, calibrateRedirect, calibrateUsable } from '../../src/capacity/calibrate.ts';
import { parseCapacityOptions, usualDemand } from '../../src/capacity/options.ts';
import type { LoadResult } from '../../src/load/result.ts';
import { phase, result } from '../load/fixtures.ts';
import { figures } from './fixtures.ts';

/** A run at a rate in which nginx takes 20 µs a request and 0.05 CPUs at rest. */
const at = (rate: number): LoadResult => {
  const [app] = result().services;
  if (!app) throw new Error('no service');
  const use = { ...app, service: 'nginx', cpus: 0.05 + rate * 20e-6 };
  return result({ phases: [phase({ requests: rate * 10 })], services: [use] });
};

describe('coefficients from runs', () => {
  test('a redirect costs the slope over the rate; what runs anyway is not counted', () => {
    const { cpu } = calibrateRedirect(figures, [at(500), at(1_000), at(2_000)]);
    expect(cpu.hit).toEqual({ nginx: 20, app: 0, postgres: 0, cache: 0, queue: 0 });
    expect(cpu.idle).toBe(0.05);
    expect(cpu.source.command).toBe('scripts/load sustained; scripts/load sustained; scripts/load sustained');
    expect(cpu.miss).toBe(figures.cpu.miss);
  });
  test('one run gives no slope', () => expect(() => calibrateRedirect(figures, [at(500)])).toThrow('two runs'));
  test('the share of the CPUs that may be busy is what all took at the knee of a climb', () => {
    const knee = { perSecond: 3_000, broke: undefined };
    // 0.1 CPUs at rest and 3,000 × (100 + 200 of k6) µs, of 2
    expect(calibrateUsable(figures, result({ knee })).cpu.usable).toBe(0.5);
    expect(() => calibrateUsable(figures, result())).toThrow('no knee');
  });
  test('the knee of a climb, and what the generator took for a request', () => {
    const knee = { perSecond: 3_000, broke: undefined };
    const { breakpoint } = calibrateBreakpoint(figures, result({ knee }));
    expect(breakpoint).toMatchObject({ perSecond: 3_000, cores: 2, generatorMicros: 200 });
    expect(() => calibrateBreakpoint(figures, result())).toThrow('no knee');
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
      hitRatio: 0.5,
      retention: 0,
    }));
  test.each([[['--rate', 'much']], [['--hit-ratio', '1.1']], [['--speed', '3']], [['--profile', 'all']]])(
    '%j is refused',
    (argv) => expect(() => parseCapacityOptions(argv)).toThrow(),
  );
});
