import { describe, expect, test } from '@jest/globals';
import { workloads } from '../../../k6/lib/workloads.ts';
import { foundIn } from '../../src/load/found.ts';
import { useAtKnee } from '../../src/load/knee-use.ts';
import { result, step } from './fixtures.ts';

/** Ten seconds for each of two steps, after ten of warm-up; k6 has begun 3 s after the looks. */
const steps = [1_000, 2_000].map((rate, index) => {
  const { phase, ...rest } = step(rate);
  return { ...rest, phase: { ...phase, start: 10 + 10 * index } };
});
const live = [2, 3, 4].map((seconds) => ({
  seconds,
  requests: seconds === 4 ? 50 : 0,
  failed: 0,
  dropped: 0,
  users: 1,
}));
const each = Array.from({ length: 36 }, (_, seconds) => seconds);
/** 0.1 CPUs until the second step begins, then one. */
const cpuSeconds = (seconds: number): number => 0.1 * Math.min(seconds, 23) + Math.max(0, seconds - 23);
const looks = each.map((seconds) => ({
  seconds,
  containers: ['app', 'nginx'].map((service) => ({
    ...{ service, name: service, cpuSeconds: cpuSeconds(seconds), memoryBytes: 1, throttledSeconds: 0 },
  })),
}));
const used = each.map((seconds) => ({ seconds, cpuSeconds: cpuSeconds(seconds) / 2 }));
const knee = { perSecond: 2_000, broke: undefined };
const found = { knee, phases: steps, live, looks, used };

describe('what is in use at the knee', () => {
  test('is what services and k6 took while that step ran, counted from when k6 began', () => {
    const use = useAtKnee(found);
    expect(use?.services).toBeCloseTo(2, 9);
    expect(use?.generator).toBeCloseTo(0.5, 9);
    expect(useAtKnee({ ...found, knee: { ...knee, perSecond: 1_000 } })?.services).toBeCloseTo(0.2, 9);
  });
  test('is not known where there is none, or where nobody looked', () => {
    expect(useAtKnee({ ...found, knee: undefined })).toBeUndefined();
    expect(useAtKnee({ ...found, knee: { ...knee, perSecond: undefined } })).toBeUndefined();
    expect(useAtKnee({ ...found, looks: [] })).toBeUndefined();
    expect(useAtKnee({ ...found, used: used.slice(0, 20) })).toBeUndefined();
  });
});

test('a result of a climb has it', () => {
  const slow = { p50: 2, p95: 5_000, p99: 5_000, max: 5_000 };
  const figures = steps.map((figure, index) => (index === 1 ? { ...figure, redirect: slow } : figure));
  const { clicks, created } = result();
  const driven = {
    summary: { metrics: {} },
    log: '',
    cpus: 0.2,
    late: false,
    cutOff: false,
    harm: [],
    live,
    looks,
    used,
  };
  const seen = { driven, figures, counted: { clicks, created, problems: [] } };
  const { knee: at, kneeUse } = foundIn(workloads.breakpoint, seen, { availability: 0.99, p95: 100, p99: 200 });
  expect(at?.perSecond).toBe(1_000);
  expect(kneeUse?.services).toBeCloseTo(0.2, 9);
});
