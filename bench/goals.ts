import type { Row } from './report.ts';

/** What a case shall reach. */
export type Goal = { text: string; met: (row: Row) => boolean };

/** So much of the ceiling's requests/s. */
export const share = (least: number): Goal => ({
  text: `ratio ≥ ${least.toFixed(2)}`,
  met: ({ ratio }) => ratio >= least,
});

/** So many requests a second. */
export const rate = (least: number): Goal => ({
  text: `≥ ${least.toLocaleString('en-US')}/s`,
  met: ({ perSecond }) => perSecond >= least,
});

/** So many times the ceiling's p99 at the same rate. */
export const tail = (most: number): Goal => ({
  text: `p99 ≤ ${most} × ceiling`,
  met: ({ ceilingP99, p99 }) => p99 <= most * ceilingP99,
});

/** So many CPU µs a request of all processes, until its click is stored. */
export const cost = (most: number): Goal => ({
  text: `≤ ${most} µs`,
  met: ({ microsPerRequest }) => microsPerRequest.all <= most,
});

/** The goals of a row, each with whether it is met. */
export const verdict = (goals: readonly Goal[], row: Row): string =>
  goals.map(({ met, text }) => `${text} ${met(row) ? '✓' : '✗'}`).join('; ');
