import { z } from 'zod';

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();

/** What a drill may cost. Times are in seconds. */
const expectation = z.strictObject({
  /** The alert that must fire and reach people, if people must be told. */
  alert: z.string().nullable(),
  /** Alerts that may honestly fire beside it. */
  allowed: z.array(z.string()),
  /** Redirects of links that were followed before, which may fail. */
  failedRedirects: count.nullable(),
  /** What a write may be answered while it lasts: as usual, or 503 with Retry-After. */
  writes: z.enum(['served', 'told to come again', 'lost']),
  clicksLost: count,
  clicksDoubled: count,
  /** From the fault to the mail, from the cure to the mail that says so, from the cure to service as before. */
  notifyWithin: seconds,
  resolvedWithin: seconds,
  recoverWithin: seconds,
});
export type Expectation = z.output<typeof expectation>;

export const expectationsFile = z.object({
  /** Alerts that say nothing of a drill, whenever they fire. */
  ignored: z.array(z.string()),
  drills: z.record(z.string(), expectation),
});
export type Expectations = z.output<typeof expectationsFile>;
