import type { Second } from './tally.ts';

/** Answers a second, refusals among them, and the worst p95 of any second in milliseconds. */
export type Pace = { rate: number; p95: number };

/** The pace of the seconds from one until before another. */
export function paceOf(seconds: ReadonlyMap<number, Second>, from: number, until: number): Pace {
  const some = [...seconds].filter(([second]) => second >= from && second < until).map(([, counts]) => counts);
  const answers = some.reduce((sum, { failed, open, sent }) => sum + sent - open - failed, 0);
  return { rate: answers / Math.max(1, until - from), p95: Math.max(0, ...some.map(({ p95 }) => p95)) };
}

/** The pace before a fault, and with it; its worst p95 is looked for until all is as before. */
export type Paces = { before: Pace; during: Pace };

/** The times of a drill, and of the beginning of its traffic, in milliseconds since the epoch. */
type Course = { start: number; injected: number; cured: number; recovered: number | undefined };

/** So many seconds prove that all is well before a fault. */
const proof = 10;

export function pacesOf(seconds: ReadonlyMap<number, Second>, course: Course): Paces {
  const secondOf = (at: number) => Math.floor((at - course.start) / 1_000);
  const fault = secondOf(course.injected);
  const end = course.recovered === undefined ? Number.POSITIVE_INFINITY : secondOf(course.recovered) + 1;
  return {
    before: paceOf(seconds, Math.max(0, fault - proof), fault),
    during: {
      // The second of the fault, and that of its cure, are of both.
      rate: paceOf(seconds, fault + 1, secondOf(course.cured)).rate,
      p95: paceOf(seconds, fault, Math.max(end, secondOf(course.cured) + 1)).p95,
    },
  };
}
