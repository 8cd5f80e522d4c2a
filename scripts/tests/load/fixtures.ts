import type { LoadResult } from '../../src/load/result.ts';
import type { PhaseFigures } from '../../src/load/summary.ts';

const times = { p50: 2, p95: 20, p99: 50, max: 80 };

/** A phase in which everything was well. */
export const phase = (change: Partial<PhaseFigures> = {}): PhaseFigures => ({
  phase: { name: 'load', kind: 'rate', start: 10, seconds: 10, rate: 100, judged: true },
  requests: 1_000,
  perSecond: 100,
  started: 950,
  answered: 950,
  failed: 0,
  redirect: times,
  apiAsked: 50,
  apiFailed: 0,
  api: times,
  edge: { p50: 1, p95: 4, p99: 9, max: 12 },
  shed: 0,
  dropped: 0,
  ...change,
});

/** A step of a climb. */
export const step = (rate: number, change: Partial<PhaseFigures> = {}): PhaseFigures =>
  phase({ phase: { name: `step_${rate}`, kind: 'rate', start: 0, seconds: 10, rate, judged: false }, ...change });

/** A run in which everything was well. */
export const result = (change: Partial<LoadResult> = {}): LoadResult => ({
  format: 1,
  scenario: 'sustained',
  question: 'Is a usual day fine?',
  command: 'scripts/load sustained',
  at: '2026-01-01T00:00:00.000Z',
  target: 'http://127.0.0.1:8080',
  machine: { commit: 'abc1234', cpu: 'a CPU', cores: 2, memoryBytes: 2 ** 31, generator: 'k6 1' },
  phases: [phase()],
  failures: { shed: 0, shedRedirects: 0, shedP95: 0, shedTold: 0, noAnswer: 0, broken: 0, unexpected: 0 },
  clicks: {
    links: 10,
    answered: 950,
    unknown: 0,
    cutOff: 0,
    recorded: 950,
    missing: 0,
    doubled: 0,
    differing: [],
    seconds: 0.5,
  },
  created: { answered: 10, found: 10 },
  knee: undefined,
  kneeUse: { services: 0.4, generator: 0.6 },
  services: [
    {
      service: 'app',
      cpus: 0.5,
      cpusMost: 0.7,
      throttled: 0,
      memoryFirst: 2 ** 27,
      memoryLast: 2 ** 27,
      memoryMost: 2 ** 27,
      memorySlope: 0,
      memoryNoise: 0,
    },
  ],
  replicas: { first: 2, most: 2, last: 2 },
  backlog: undefined,
  generatorCpus: 0.2,
  moments: [{ seconds: 1, requests: 100, failed: 0, dropped: 0, users: 5, perSecond: 100, replicas: 2 }],
  problems: [],
  ...change,
});
