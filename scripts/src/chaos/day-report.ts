import type { Machine } from '../load/result.ts';
import type { Day, DayVerdict } from './day-verdict.ts';
import { firedIn } from './verdict.ts';

export type DayReport = {
  format: 1;
  command: string;
  at: string;
  machine: Machine;
  seed: number;
  seconds: number;
  rate: number;
  sent: number;
  start: number;
  day: Day;
  verdict: DayVerdict;
};

const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));

function kinds({ failures }: Day): string {
  const counts = Map.groupBy(failures, ({ kind, status }) => `${kind} ${status === 0 ? 'without answer' : status}`);
  return [...counts].map(([what, some]) => `${some.length} × ${what}`).join(', ') || 'none';
}

/** A game day, as Markdown; the picture lies beside it. */
export function describeDay(
  { command, at, machine, seed, seconds, rate, sent, start, day, verdict }: DayReport,
  picture: string,
): string {
  const rows = day.happened.map(({ name, injected, cured, felt }) => {
    const during = day.failures.filter((failure) => failure.at >= injected && failure.at <= cured).length;
    return `| ${((injected - start) / 1_000).toFixed(0)} s | ${name} | ${((cured - injected) / 1_000).toFixed(0)} s | ${felt ? 'yes' : 'no'} | ${during} |`;
  });
  const alerts = day.alerts && firedIn(day.alerts);
  return [
    '# Game day',
    '',
    `\`${command}\`, seed ${seed}, ${(seconds / 60).toFixed(0)} minutes, ${at}, commit \`${machine.commit}\`, ` +
      `${machine.cores} cores of ${machine.cpu}; ${rate} requests a second, one in twenty a create, ${sent.toLocaleString('en')} in all.`,
    '',
    verdict.good ? '**All as promised.**' : '**Not all as promised.**',
    '',
    '| what | found | promised |',
    '| --- | --- | --- |',
    `| redirects failed that no fault excuses | ${verdict.redirectsFailed} | 0 |`,
    `| writes failed that no fault excuses | ${verdict.writesFailed} | 0 |`,
    `| clicks lost, of ${day.clicks.answered.toLocaleString('en')} redirects answered | ${verdict.clicksLost} | 0 |`,
    `| clicks doubled | ${verdict.clicksDoubled} | 0 |`,
    `| alerts missed${day.mails ? ', or without a mail' : ''} | ${day.alerts === undefined ? 'not watched' : list(verdict.alertsMissed)} | none |`,
    `| alerts without a reason | ${day.alerts === undefined ? 'not watched' : list(verdict.alertsFalse)} | none |`,
    `| faults that were not felt | ${list(verdict.notFelt)} | none |`,
    '',
    `Failed, excused or not: ${kinds(day)}. Alerts that fired: ${alerts === undefined ? 'not watched, there is no Prometheus' : list(alerts)}.`,
    '',
    `![requests, failures, replicas and alerts over the day](${picture})`,
    '',
    '| at | fault | for | felt | requests failed meanwhile |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
