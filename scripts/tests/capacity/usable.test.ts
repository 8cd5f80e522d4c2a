import { describe, expect, test } from '@jest/globals';
import { calibrateBreakpoint, calibrateUsable } from '../../src/capacity/calibrate.ts';
import { coefficients } from '../../src/capacity/coefficients.ts';
import { predictBreakpoint } from '../../src/capacity/plan.ts';
import type { LoadResult } from '../../src/load/result.ts';
import { result } from '../load/fixtures.ts';
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
