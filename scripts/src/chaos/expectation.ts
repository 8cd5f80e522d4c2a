import { z } from 'zod';

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();
/** Names of alerts, each with why it says nothing against a drill; the code needs the names. */
const alerts = z.record(z.string(), z.string().min(1)).transform((reasons) => Object.keys(reasons));

/** What a drill may cost. Times are in seconds. */
const expectation = z.strictObject({
  /** The alert that must fire and reach people, if people must be told. */
  alert: z.string().nullable(),
  /** Alerts that may honestly fire beside it. */
  allowed: alerts,
  /** Redirects of links that were followed before, which may fail. */
  failedRedirects: count.nullable(),
  /** What a write may be answered while it lasts: as usual, or 503 with Retry-After. */
  writes: z.enum(['served', 'told to come again', 'lost']),
  /** What users must feel at least, at the usual rate: a fault of which they feel less was not where it should have been. */
  atLeast: z.strictObject({ failedRedirects: count, refusedWrites: count }),
  clicksLost: count,
  clicksDoubled: count,
  /** From the fault until p95 is low again, and stays it, while the fault stands; null where it may be high until the cure. */
  fastWithin: seconds.nullable(),
  /** From the fault to the mail, from the cure to the mail that says so, from the cure to service as before. */
  notifyWithin: seconds,
  resolvedWithin: seconds,
  recoverWithin: seconds,
});
export type Expectation = z.output<typeof expectation>;

export const expectationsFile = z.object({
  /** Alerts that say nothing of a drill, whenever they fire: none of them is critical. */
  ignored: alerts,
  /** Alerts that say nothing of a drill where they began before its fault. */
  earlier: alerts,
  drills: z.record(z.string(), expectation),
});
export type Expectations = z.output<typeof expectationsFile>;
/** What is no fault's doing. */
export type Excuses = Pick<Expectations, 'ignored' | 'earlier'>;
