import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import type { Case } from './cases.ts';
import { verdict } from './goals.ts';
import { median, type Part, parts, type Round } from './measure.ts';

export type CaseResult = { case: Case; rounds: Round[] };
export type Machine = { commit: string; cpu: string; cores: number; node: string };

/** What the numbers were seen on. */
export const thisMachine = (): Machine => ({
  commit: execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim(),
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  node: process.version,
});

export type Row = {
  name: string;
  perSecond: number;
  ceiling: number;
  ratio: number;
  goals: string;
  p50: number;
  p99: number;
  ceilingP99: number;
  microsPerRequest: Record<Part | 'all' | 'ceiling' | 'bare', number>;
  clicks: number;
  stored: number;
  clicksPerAppend: number;
  backlog: number;
  drain: number;
  oldest: number;
  memory: number;
  refused: number;
  broken: number;
};

/** Medians over the rounds; ratios are taken round by round, so that the machine's drift falls out. */
export function summarise({ case: { name, goals }, rounds }: CaseResult): Row {
  const of = (pick: (round: Round) => number) => median(rounds.map(pick));
  const sum = (pick: (round: Round) => number) => rounds.reduce((total, round) => total + pick(round), 0);
  const micros = (part: Part) => of(({ cpu, service }) => (cpu[part] / service.requests) * 1e6);
  const each = Object.fromEntries(parts.map((part) => [part, micros(part)])) as Record<Part, number>;
  const row = {
    name,
    perSecond: of(({ service }) => service.perSecond),
    ceiling: of(({ ceiling }) => ceiling.perSecond),
    ratio: of(({ service, ceiling }) => service.perSecond / ceiling.perSecond),
    goals: '',
    p50: of(({ service }) => service.p50),
    p99: of(({ service }) => service.p99),
    ceilingP99: of(({ ceiling }) => ceiling.p99),
    microsPerRequest: {
      ...each,
      ceiling: of(({ ceilingCpu: { nginx, bare }, ceiling }) => ((nginx + bare) / ceiling.requests) * 1e6),
      bare: of(({ ceilingCpu, ceiling }) => (ceilingCpu.bare / ceiling.requests) * 1e6),
      all: parts.reduce((total, part) => total + each[part], 0),
    },
    clicks: sum(({ clicks }) => clicks),
    stored: sum(({ stored }) => stored),
    clicksPerAppend: of(({ clicks, appends }) => clicks / Math.max(1, appends)),
    backlog: of(({ backlog }) => backlog),
    drain: of(({ drain }) => drain),
    oldest: of(({ oldest }) => oldest),
    memory: Math.max(...rounds.map(({ memory }) => memory)),
    refused: sum(({ service }) => service.refused),
    broken: sum(({ service }) => service.broken),
  };
  return { ...row, goals: verdict(goals, row) };
}

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const head = [
  'case',
  'requests/s',
  'ceiling',
  'ratio',
  'goals',
  'p50 ms',
  'p99 ms',
  'ceiling p99',
  'CPU µs: ceiling',
  'bare server',
  'all',
  ...parts,
  'clicks',
  'stored',
  'clicks/append',
  'backlog',
  'drain s',
  'oldest s',
  'MB a replica',
  '4xx/5xx',
  'broken',
];

/** The table as Markdown. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    whole(row.perSecond),
    whole(row.ceiling),
    row.ratio.toFixed(2),
    row.goals,
    row.p50.toFixed(1),
    row.p99.toFixed(1),
    row.ceilingP99.toFixed(1),
    row.microsPerRequest.ceiling.toFixed(1),
    row.microsPerRequest.bare.toFixed(1),
    row.microsPerRequest.all.toFixed(1),
    ...parts.map((part) => row.microsPerRequest[part].toFixed(1)),
    whole(row.clicks),
    whole(row.stored),
    row.clicksPerAppend.toFixed(1),
    whole(row.backlog),
    row.drain.toFixed(1),
    row.oldest.toFixed(1),
    (row.memory / 1e6).toFixed(0),
    whole(row.refused),
    whole(row.broken),
  ]);
  const lines = [head, head.map(() => '---'), ...cells];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}
