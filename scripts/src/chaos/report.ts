import type { Machine } from '../load/result.ts';
import type { Paces } from './pace.ts';
import { slow } from './recovery.ts';
import type { Moment } from './stage.ts';
import { isRedirect, type Second } from './tally.ts';
import type { Measured, Times } from './verdict.ts';
import { failedRedirects, firedIn } from './verdict.ts';

/** Everything that is known of one drill. */
export type DrillReport = {
  name: string;
  title: string;
  at: string;
  alert: string | null;
  measured: Measured;
  times: Times;
  paces: Paces;
  /** What was not as expected; empty when it has passed. */
  problems: string[];
  /** Traffic by second since the beginning of the run, and what was seen beside it. */
  start: number;
  seconds: [number, Second][];
  moments: Moment[];
};

export type ChaosReport = {
  format: 1;
  command: string;
  at: string;
  machine: Machine;
  rate: number;
  drills: DrillReport[];
};

const seconds = (value: number | undefined): string => (value === undefined ? '–' : `${value.toFixed(1)} s`);

function counted({ failures }: Measured): string {
  const kinds = new Map<string, number>();
  for (const { kind, status, retryAfter } of failures) {
    const answer = status === 0 ? 'without answer' : `${status}${isRedirect(status) ? ' to elsewhere' : ''}`;
    const what = `${kind} ${answer}${retryAfter ? ' with Retry-After' : ''}`;
    kinds.set(what, (kinds.get(what) ?? 0) + 1);
  }
  return [...kinds].map(([what, count]) => `${count} × ${what}`).join(', ') || 'none';
}

/** Where the p95 stayed low, `as before` says nothing of it: that must not be read out of the table. */
function paced({ before, during }: Paces): string {
  const worst = `${during.p95.toFixed(0)} ms at worst from the fault on`;
  return (
    `- pace: ${before.rate.toFixed(0)} answers a second before, ${during.rate.toFixed(0)} meanwhile; ` +
    `p95 at most ${before.p95.toFixed(0)} ms before, ${worst}${during.p95 < slow ? `: it was never over ${slow} ms` : ''}`
  );
}

/** What users had of it while it still lasted. A second in which many are refused is no good one, however quick the others were. */
const lasted = ({ fast }: Times): string =>
  `- while it lasted, 19 of 20 were served within ${slow} ms in each second: ${fast === undefined ? 'not at its end' : `from ${seconds(fast)} after its beginning on`}`;

const row = ({ name, measured, problems, times, alert }: DrillReport): string => {
  const { clicks } = measured;
  const cells = [
    name,
    problems.length === 0 ? 'passed' : '**failed**',
    `${failedRedirects(measured)}`,
    `${clicks.missing} / ${clicks.doubled} of ${clicks.answered.toLocaleString('en')}`,
    alert ?? 'none',
    seconds(times.detect),
    seconds(times.notify),
    seconds(times.resolve),
    seconds(times.recover),
  ];
  return `| ${cells.join(' | ')} |`;
};

/** What fired already before the fault is none of its doing, and is told apart. */
function fired({ alerts, injected }: Measured): string {
  if (alerts === undefined) return 'not watched, there is no Prometheus';
  const before = firedIn(alerts.filter(({ firing = injected }) => firing < injected));
  const since = firedIn(alerts).filter((name) => !before.includes(name));
  return `${since.join(', ') || 'none'}${before.length > 0 ? `; from before: ${before.join(', ')}` : ''}`;
}

/** Mails have columns of their own for their times. */
const told = ({ chat, mails }: Measured, { chatNotify, chatResolve }: Times): string[] => [
  ...(mails ? [`- mails about its alert: ${mails.messages}`] : []),
  ...(chat
    ? [
        `- chat: told after ${seconds(chatNotify)}, of its end ${seconds(chatResolve)} after the cure; messages: ${chat.messages}`,
      ]
    : []),
];

function details({ name, title, at, alert, measured, paces, problems, times }: DrillReport): string[] {
  return [
    `## ${name}: ${title}`,
    '',
    `${at}, fault for ${((measured.cured - measured.injected) / 1_000).toFixed(0)} s, ${measured.sent.toLocaleString('en')} requests in all.`,
    '',
    `- failed: ${counted(measured)}`,
    paced(paces),
    lasted(times),
    `- clicks: ${measured.clicks.answered} redirects answered, ${measured.clicks.recorded} clicks recorded, ` +
      `${measured.clicks.missing} lost, ${measured.clicks.doubled} doubled; ${measured.clicks.unknown} redirects ended without an answer, or were refused in the moment of the fault`,
    `- alerts: ${fired(measured)}`,
    ...(alert !== null && measured.alerts !== undefined && measured.mails === undefined
      ? ['- mails: not watched, SMTP_HOST is no address of this machine']
      : []),
    ...told(measured, times),
    ...problems.map((problem) => `- **not as expected:** ${problem}`),
    '',
  ];
}

/** A run of drills, as Markdown; the picture lies beside it. */
export function describeChaos(report: ChaosReport, picture: string): string {
  const { command, at, machine, rate, drills } = report;
  const passed = drills.filter(({ problems }) => problems.length === 0).length;
  return [
    '# Drills',
    '',
    `\`${command}\`, ${at}, commit \`${machine.commit}\`, ${machine.cores} cores of ${machine.cpu}; ` +
      `${rate} requests a second meanwhile, one in twenty a create. Expectations: \`chaos/expectations.json\`.`,
    '',
    `**${passed} of ${drills.length} passed.**`,
    '',
    '| drill | verdict | redirects failed | clicks lost / doubled | alert | fires | mail | mail of its end | as before |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...drills.map(row),
    '',
    `![requests, failures, replicas and alerts over the run](${picture})`,
    '',
    ...drills.flatMap(details),
  ].join('\n');
}
