import { type AlertTimes, beganBefore } from './alert-log.ts';
import type { Excuses, Expectation } from './expectation.ts';
import { missedBy } from './least.ts';
import { slow } from './recovery.ts';
import type { Failure } from './tally.ts';

/** When people were told that the alert fires, and that it is over, and in how many messages. */
type News = { firing: number | undefined; resolved: number | undefined; messages: number };

/** What was measured in a drill. Times are milliseconds since the epoch. */
export type Measured = {
  felt: boolean;
  injected: number;
  cured: number;
  recovered: number | undefined;
  /** From here on until the cure p95 was low; undefined where it was high in the end. */
  fast: number | undefined;
  sent: number;
  failures: readonly Failure[];
  clicks: { answered: number; unknown: number; recorded: number; missing: number; doubled: number };
  /** Undefined where the stack has no Prometheus. */
  alerts: readonly AlertTimes[] | undefined;
  /** Undefined where no sink stood where alerts are sent to. */
  mails: News | undefined;
  /** Undefined where what chat is sent goes elsewhere. */
  chat: News | undefined;
};

/** What is held against the expectation, in seconds. */
export type Times = {
  detect: number | undefined;
  notify: number | undefined;
  resolve: number | undefined;
  /** The same by chat. */
  chatNotify: number | undefined;
  chatResolve: number | undefined;
  recover: number | undefined;
  fast: number | undefined;
};

const secondsFrom = (start: number, end: number | undefined): number | undefined =>
  end === undefined ? undefined : Math.max(0, (end - start) / 1_000);

export function timesOf({ alert }: Expectation, measured: Measured): Times {
  const { alerts, chat, cured, fast, injected, mails, recovered } = measured;
  const times = alerts?.find(({ name, firing }) => name === alert && firing !== undefined);
  return {
    detect: secondsFrom(injected, times?.firing),
    notify: secondsFrom(injected, mails?.firing),
    resolve: secondsFrom(cured, mails?.resolved),
    chatNotify: secondsFrom(injected, chat?.firing),
    chatResolve: secondsFrom(cured, chat?.resolved),
    recover: secondsFrom(cured, recovered),
    fast: secondsFrom(injected, fast),
  };
}

/** Every alert that fired, each once. */
export const firedIn = (alerts: readonly AlertTimes[]): string[] => [
  ...new Set(alerts.filter(({ firing }) => firing !== undefined).map(({ name }) => name)),
];

const late = (what: string, took: number | undefined, most: number): string[] => {
  if (took === undefined) return [`${what}: never`];
  return took > most ? [`${what}: ${took.toFixed(0)} s, at most ${most} s are expected`] : [];
};

/** Redirects that failed; one that was refused with 503 or 429 failed too. */
export const failedRedirects = ({ failures }: Pick<Measured, 'failures'>): number =>
  failures.filter(({ kind }) => kind === 'redirect').length;

function wrongWrites({ writes }: Expectation, { failures }: Measured): string[] {
  const failed = failures.filter(({ kind }) => kind === 'write');
  if (writes === 'lost') return [];
  const bad = writes === 'served' ? failed : failed.filter(({ status, retryAfter }) => status !== 503 || !retryAfter);
  const wanted = writes === 'served' ? 'all were to be served' : 'only 503 with Retry-After is expected';
  const kinds = [...new Set(bad.map(({ status }) => (status === 0 ? 'no answer' : String(status))))];
  return bad.length > 0 ? [`${bad.length} writes failed (${kinds.join(', ')}): ${wanted}`] : [];
}

function wrongClicks(expected: Expectation, { clicks }: Measured): string[] {
  return [
    ...(clicks.missing > expected.clicksLost ? [`${clicks.missing} clicks lost`] : []),
    ...(clicks.doubled > expected.clicksDoubled ? [`${clicks.doubled} clicks doubled`] : []),
  ];
}

function wrongAlerts(expected: Expectation, { earlier, ignored }: Excuses, measured: Measured): string[] {
  const { alerts, chat, injected, mails } = measured;
  if (alerts === undefined) return [];
  const { alert, allowed, notifyWithin, resolvedWithin } = expected;
  const times = timesOf(expected, measured);
  const fine = new Set([...allowed, ...ignored, ...(alert === null ? [] : [alert])]);
  const isEarlier = (one: AlertTimes) => earlier.includes(one.name) && beganBefore(one, injected);
  const others = firedIn(alerts.filter((one) => !isEarlier(one))).filter((name) => !fine.has(name));
  const foreign = others.length > 0 ? [`alerts that it should not raise: ${others.join(', ')}`] : [];
  if (alert === null) return foreign;
  const fired = times.detect === undefined ? [`${alert} did not fire`] : [];
  const told = (way: string, notify: number | undefined, resolve: number | undefined) => [
    ...late(`${way} of ${alert}`, notify, notifyWithin),
    ...late(`${way} that ${alert} is over`, resolve, resolvedWithin),
  ];
  return [
    ...fired,
    ...(mails ? told('mail', times.notify, times.resolve) : []),
    ...(chat ? told('message', times.chatNotify, times.chatResolve) : []),
    ...foreign,
  ];
}

const wrongPace = (expected: Expectation, measured: Measured): string[] =>
  expected.fastWithin === null
    ? []
    : late(`p95 under ${slow} ms while it lasts`, timesOf(expected, measured).fast, expected.fastWithin);

/** Everything that was not as expected; a drill without any has passed. */
export function judge(expected: Expectation, excuses: Excuses, measured: Measured): string[] {
  const failed = failedRedirects(measured);
  return [
    ...(measured.felt ? [] : ['the fault was not felt where it should have been']),
    ...missedBy(
      expected,
      measured.failures.filter(({ at }) => at >= measured.injected && at <= measured.cured),
    ),
    ...(expected.failedRedirects !== null && failed > expected.failedRedirects
      ? [`${failed} redirects failed, ${expected.failedRedirects} are expected`]
      : []),
    ...wrongWrites(expected, measured),
    ...wrongClicks(expected, measured),
    ...wrongPace(expected, measured),
    ...late('recovery', timesOf(expected, measured).recover, expected.recoverWithin),
    ...wrongAlerts(expected, excuses, measured),
  ];
}
