import { type AlertTimes, beganBefore } from './alert-log.ts';
import type { Excuses, Expectation } from './expectation.ts';
import { missedBy } from './least.ts';
import { type Mail, mailAbout } from './mail.ts';
import type { Failure } from './tally.ts';
import type { Measured } from './verdict.ts';

/** A fault as it happened. Times are milliseconds since the epoch. */
export type Happened = {
  name: string;
  expected: Expectation;
  felt: boolean;
  injected: number;
  /** When it was there. */
  broken: number;
  cured: number;
};

export type Day = Excuses & {
  happened: readonly Happened[];
  failures: readonly Failure[];
  clicks: Measured['clicks'];
  /** Undefined where the stack has no Prometheus. One for each time that an alert began to fire. */
  alerts: readonly AlertTimes[] | undefined;
  /** Undefined where no sink stood where alerts are sent to. */
  mails: readonly Mail[] | undefined;
};

export type DayVerdict = {
  /** Redirects that failed though no fault of that moment may make one fail. */
  redirectsFailed: number;
  writesFailed: number;
  clicksLost: number;
  clicksDoubled: number;
  alertsMissed: string[];
  alertsFalse: string[];
  notFelt: string[];
  good: boolean;
};

/** A fault that lasted as long must have raised its alert: scrape, evaluation and `for` take at most 50 s. */
const mustBeSeen = 50_000;
/** An alert may look back over its window, so it may fire for so long after the cure. */
const aftermath = 180_000;

const lasts = ({ injected, cured }: Happened, at: number, after: number): boolean =>
  at >= injected && at <= cured + after;

/** It may have begun to fire with the fault before. */
const firesDuring = ({ injected, cured }: Happened, { firing, ended }: AlertTimes): boolean =>
  firing !== undefined && firing <= cured + aftermath && (ended === undefined || ended >= injected);

const excused = ({ happened }: Day, { at, kind, retryAfter, status }: Failure): boolean =>
  happened.some((fault) => {
    const { failedRedirects, recoverWithin, writes } = fault.expected;
    if (!lasts(fault, at, recoverWithin * 1_000)) return false;
    if (kind === 'redirect') return failedRedirects === null;
    return writes === 'lost' || (writes === 'told to come again' && status === 503 && retryAfter);
  });

/** It was there, and users had as much of it as they must. */
const isFelt = ({ failures }: Day, fault: Happened): boolean =>
  fault.felt &&
  missedBy(
    fault.expected,
    failures.filter(({ at }) => lasts(fault, at, 0)),
  ).length === 0;

/** From an alert to its mail: Alertmanager waits 5 s for company, and 10 s after the last mail of the same. */
const toMail = 30_000;

const isTold = (mails: readonly Mail[], { name, firing = 0 }: AlertTimes): boolean => {
  const at = mailAbout(mails, name, false, firing);
  return at !== undefined && at <= firing + toMail;
};

const missed = ({ happened, alerts = [], mails }: Day): string[] =>
  happened.flatMap((fault) => {
    const { alert } = fault.expected;
    if (alert === null || fault.cured - fault.injected < mustBeSeen) return [];
    const fired = alerts.filter((times) => times.name === alert && firesDuring(fault, times));
    if (fired.length === 0) return [`${alert} (${fault.name})`];
    return mails && !fired.some((times) => isTold(mails, times)) ? [`mail of ${alert} (${fault.name})`] : [];
  });

const unfounded = ({ happened, alerts = [], earlier, ignored }: Day): string[] =>
  alerts.flatMap((times) => {
    const { firing, name } = times;
    if (firing === undefined || ignored.includes(name)) return [];
    const looksFarBack = earlier.includes(name);
    const [first] = happened;
    if (looksFarBack && first && beganBefore(times, first.injected)) return [];
    const founded = happened.some(
      (fault) =>
        lasts(fault, firing, looksFarBack ? Number.POSITIVE_INFINITY : aftermath) &&
        [fault.expected.alert, ...fault.expected.allowed].includes(name),
    );
    return founded ? [] : [name];
  });

/** One verdict over a whole day of faults. */
export function judgeDay(day: Day): DayVerdict {
  const unexcused = day.failures.filter((failure) => !excused(day, failure));
  const watched = day.alerts !== undefined;
  const verdict = {
    redirectsFailed: unexcused.filter(({ kind }) => kind === 'redirect').length,
    writesFailed: unexcused.filter(({ kind }) => kind === 'write').length,
    clicksLost: day.clicks.missing,
    clicksDoubled: day.clicks.doubled,
    alertsMissed: watched ? missed(day) : [],
    alertsFalse: watched ? [...new Set(unfounded(day))] : [],
    notFelt: day.happened.filter((fault) => !isFelt(day, fault)).map(({ name }) => name),
  };
  const good = Object.values(verdict).every((value) => (Array.isArray(value) ? value.length === 0 : value === 0));
  return { ...verdict, good };
}
