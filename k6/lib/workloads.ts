import { type Mix, realistic, redirectsOnly } from './mix.ts';
import type { Shape } from './phase.ts';
import type { Popularity } from './popularity.ts';

export type Workload = {
  name: string;
  /** Which question it answers. */
  question: string;
  /** Links that are followed; `rows` urls are in the database at least. */
  links: number;
  rows: number;
  /** People who own the links. */
  users: number;
  popularity: Popularity;
  mix: Mix;
  shape: Shape;
  /** Iterations a second of the open model, and seconds without the warm-up, unless something else is asked for. */
  rate: number;
  seconds: number;
  warmUp: number;
};

const usual = {
  links: 1_000,
  rows: 1_000,
  users: 1,
  popularity: { kind: 'zipf' },
  mix: realistic,
  shape: { kind: 'flat' },
  warmUp: 10,
} as const satisfies Partial<Workload>;

/** Every scenario; k6/NAME.ts runs the one of its name. */
export const workloads = {
  smoke: { ...usual, name: 'smoke', question: 'Does everything answer?', rate: 50, seconds: 15, warmUp: 3 },
  sustained: { ...usual, name: 'sustained', question: 'Is a usual day fine?', rate: 1_000, seconds: 120 },
  stress: {
    ...usual,
    name: 'stress',
    question: 'What do 500 people feel who click and create without much thought?',
    users: 50,
    mix: [['classic', 1]],
    shape: { kind: 'users', users: 500 },
    rate: 0,
    seconds: 60,
  },
  breakpoint: {
    ...usual,
    name: 'breakpoint',
    question: 'How much does it take before users feel it?',
    mix: redirectsOnly,
    shape: { kind: 'climb', steps: 12, factor: 1.25 },
    rate: 1_000,
    seconds: 120,
  },
  spike: {
    ...usual,
    name: 'spike',
    question: 'Is it back to normal soon after a moment of far too much?',
    shape: { kind: 'spike', times: 8 },
    rate: 500,
    seconds: 60,
  },
  soak: { ...usual, name: 'soak', question: 'Does anything grow in half an hour?', rate: 1_000, seconds: 1_800 },
  'hot-key': {
    ...usual,
    name: 'hot-key',
    question: 'What if nearly everybody follows the same five links?',
    mix: redirectsOnly,
    popularity: { kind: 'hot', hot: 5, share: 0.9 },
    rate: 1_500,
    seconds: 60,
  },
  zipf: {
    ...usual,
    name: 'zipf',
    question: 'What if no cache holds all that is followed?',
    links: 100_000,
    rows: 1_000_000,
    mix: redirectsOnly,
    rate: 1_000,
    seconds: 60,
    warmUp: 20,
  },
  'write-heavy': {
    ...usual,
    name: 'write-heavy',
    question: 'What if a third of all requests create links?',
    mix: [
      ['redirect', 0.65],
      ['create', 0.35],
    ],
    rate: 500,
    seconds: 60,
  },
  bulk: {
    ...usual,
    name: 'bulk',
    question: 'Do redirects stay quick while others send whole files?',
    mix: [
      ['redirect', 0.998],
      ['bulk', 0.002],
    ],
    rate: 500,
    seconds: 60,
  },
  dashboard: {
    ...usual,
    name: 'dashboard',
    question: 'Do redirects stay quick while people look at lists and statistics?',
    mix: [
      ['redirect', 0.8],
      ['list', 0.08],
      ['stats', 0.06],
      ['events', 0.06],
    ],
    rate: 500,
    seconds: 60,
  },
  scale: {
    ...usual,
    name: 'scale',
    question: 'Do replicas come and go with the load, and does nobody notice?',
    // The knee of two cores (docs/performance.md), and twice as long as the autoscaler waits until it takes one away.
    shape: { kind: 'stairs', steps: 4, knee: 1_950, calm: 120 },
    rate: 3_000,
    seconds: 210,
  },
} as const satisfies Record<string, Workload>;

export type WorkloadName = keyof typeof workloads;
