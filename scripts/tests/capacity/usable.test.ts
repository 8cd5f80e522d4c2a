import { describe, expect, test } from '@jest/globals';
import { calibrateBreakpoint, calibrateRedirect, calibrateUsable } from '../../src/capacity/calibrate.ts';
import { coefficients } from '../../src/capacity/coefficients.ts';
import { predictBreakpoint } from '../../src/capacity/plan.ts';
import type { LoadResult } from '../../src/load/result.ts';
import { phase, result } from '../load/fixtures.ts';
import { figures } from './fixtures.ts';

/** A climb whose services took 100 µs a redirect at its knee, as the coefficients say, and k6 200. */
const climb = (change: Partial<LoadResult> = {}): LoadResult =>
  result({
    scenario: 'breakpoint',
    knee: { perSecond: 3_000, broke: { perSecond: 3_750, why: 'p95 150 ms' } },
    kneeUse: { services: 0.1 + 3_000 * 100e-6, generator: 3_000 * 200e-6 },
    ...change,
  });
const another = climb({ at: '2026-01-01T01:00:00.000Z' });

describe('how busy the CPUs may be', () => {
  test('is what was seen in use at the knee, whatever the coefficients are', () => {
    const dear = { ...figures, cpu: { ...figures.cpu, hit: { ...figures.cpu.hit, app: 500 }, idle: 0.7 } };
    expect(calibrateUsable(figures, climb()).cpu.usable).toBe(0.5);
    expect(calibrateUsable(dear, climb()).cpu.usable).toBe(0.5);
  });
  test('so that a climb shows coefficients that are wrong', () => {
    const off = (from: typeof figures) =>
      Math.abs(predictBreakpoint(calibrateBreakpoint(calibrateUsable(from, climb()), another))?.off ?? 1);
    expect(off(figures)).toBeLessThan(0.01);
    expect(off({ ...figures, cpu: { ...figures.cpu, hit: { ...figures.cpu.hit, app: 250 } } })).toBeGreaterThan(0.2);
    expect(off({ ...figures, cpu: { ...figures.cpu, idle: 0.4 } })).toBeGreaterThan(0.2);
  });
  test('where nobody looked, it is not known', () =>
    expect(() => calibrateUsable(figures, climb({ kneeUse: undefined }))).toThrow(
      'nobody saw what was used at the knee',
    ));
  test('more than all of them is nonsense', () => {
    expect(() => calibrateUsable(figures, climb({ kneeUse: { services: 1.5, generator: 0.6 } }))).toThrow('more CPUs');
    const { monitoringMb: _, ...data } = figures;
    expect(coefficients.safeParse(data).success).toBe(true);
    for (const usable of [1.01, 0])
      expect(coefficients.safeParse({ ...data, cpu: { ...data.cpu, usable } }).success).toBe(false);
  });
});

describe('a redirect whose CPU goes where no coefficient is', () => {
  const [use] = result().services;
  if (!use) throw new Error('no service');
  /** nginx takes 50 µs a redirect, the collector so many and a quarter of a CPU at rest. */
  const runs = (collector: number) =>
    [1_000, 2_000].map((rate) => {
      const cpus = { nginx: rate * 50e-6, collector: 0.25 + rate * collector * 1e-6 };
      const services = Object.entries(cpus).map(([service, each]) => ({ ...use, service, cpus: each }));
      return result({ scenario: 'hot-key', phases: [phase({ answered: rate * 10 })], services });
    });
  test('is refused: the plan would lose that CPU', () =>
    expect(() => calibrateRedirect(figures, runs(10))).toThrow(
      "17 % of a redirect's CPU went to collector: measure with scripts/up --profile core",
    ));
  test('but for what is less than chance; what runs at rest counts as that', () => {
    const { cpu } = calibrateRedirect(figures, runs(1));
    expect([cpu.hit.nginx, cpu.idle]).toEqual([50, 0.25]);
  });
});
