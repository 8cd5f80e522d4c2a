import { type Replica, type Status, serving } from './autoscaler.ts';
import type { Listed } from './compose.ts';

const shownDecisions = 5;
/** Replicas are shown by the autoscaler; the others never run for long. */
const notShown = new Set(['app', 'app-template', 'migrate']);
const percent = (value: number | null): string => (value === null ? '?' : `${Math.round(value * 100)} %`);

/** Rows with their columns under each other. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

const replicaRow = ({ name, state, failure, release, ready, cpu, in_flight, restarts }: Replica): string[] => [
  name,
  failure === null ? state : `${state} (${failure})`,
  ready === null ? 'not asked' : ready ? 'ready' : 'not ready',
  `CPU ${percent(cpu)}`,
  `${in_flight ?? '?'} in flight`,
  `${restarts ?? 0} restarts`,
  release ?? '-',
];

const mode = ({ acting, paused, pinned }: Status): string => {
  if (paused) return 'paused';
  if (pinned !== null) return `pinned to ${pinned}`;
  return acting ? 'follows the load' : 'only watches';
};

const rolling = ({ by, phase, startedAt, to }: NonNullable<Status['rollout']>): string =>
  `rolling    to ${to.image} (${to.id}), ${phase}, by ${by} since ${startedAt}`;

function drawAutoscaler(status: Status): string[] {
  const { decision, decisions, edge, release, replicas, rollout } = status;
  return [
    `release    ${release ? `${release.image} (${release.id}) since ${release.at}` : 'none yet'}`,
    ...(rollout ? [rolling(rollout)] : []),
    `autoscaler ${mode(status)}; ${serving(status).length} of ${decision?.desired ?? '?'} replicas serve, the load asks for ${decision?.wanted ?? '?'} (${decision?.reason ?? '?'})`,
    `upstream   ${edge?.state ?? '?'}, generation ${edge?.generation ?? '?'}`,
    'replicas   CPU as a share of the limit, release',
    ...table([['name', 'state', 'ready', 'CPU', 'load', 'restarts', 'release'], ...replicas.map(replicaRow)].slice(1)),
    'decisions',
    ...table(
      decisions
        .slice(-shownDecisions)
        .map(({ at, desired, wanted, reason }) => [at, `${desired}`, `(${wanted})`, reason]),
    ),
  ];
}

/** One screen: the autoscaler's view where it answers, and every other service with its state. */
export function drawStatus(containers: readonly Listed[], status: Status | undefined): string[] {
  if (containers.length === 0) return ['nothing runs: scripts/up starts it'];
  const others = containers.filter(({ service }) => !notShown.has(service));
  const rows = others
    .map(({ service, state, health, restarts }) => [service, state, health, `${restarts} restarts`])
    .toSorted(([one = ''], [other = '']) => one.localeCompare(other));
  const scaler = status ? drawAutoscaler(status) : ['autoscaler does not answer: scripts/doctor says why'];
  return [...scaler, 'services', ...table(rows)];
}
