import type { LoadResult } from './result.ts';
import { isUnsent, type PhaseFigures, sentShare } from './summary.ts';
import type { ServiceUse } from './usage.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
const percent = (share: number): string => `${(share * 100).toFixed(share > 0 && share < 0.001 ? 3 : 2)} %`;
const megabytes = (bytes: number): string => whole(bytes / 1_048_576);

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);

const asked = ({ phase }: PhaseFigures): string =>
  phase.kind === 'rate' ? `${whole(phase.rate)}/s` : `${phase.users} users`;

const phaseRow = (each: PhaseFigures): string[] => [
  each.phase.name,
  `${asked(each)}, ${each.phase.seconds} s`,
  whole(each.perSecond),
  [each.redirect.p50, each.redirect.p95, each.redirect.p99, each.redirect.max].map(ms).join(' / '),
  each.edge ? [each.edge.p50, each.edge.p95].map(ms).join(' / ') : '–',
  percent(each.failed),
  [each.api.p50, each.api.p95, each.api.p99, each.api.max].map(ms).join(' / '),
  percent(each.apiFailed),
  whole(each.shed),
  whole(each.dropped),
];

const serviceRow = (use: ServiceUse): string[] => [
  use.service,
  use.cpus.toFixed(2),
  use.cpusMost.toFixed(2),
  percent(use.throttled),
  megabytes(use.memoryFirst),
  megabytes(use.memoryMost),
  megabytes(use.memoryLast),
  `${(use.memorySlope / 1_048_576).toFixed(2)} ± ${(use.memoryNoise / 1_048_576).toFixed(2)}`,
];

function knee({ knee: found }: LoadResult): string[] {
  if (!found) return [];
  const { perSecond, broke } = found;
  const where = broke ? 'The knee is at' : 'The knee was not found: it is beyond';
  const held = perSecond === undefined ? 'No step held.' : `${where} **${whole(perSecond)} redirects/s**.`;
  const why = broke ? ` At ${whole(broke.perSecond)}/s it broke: ${broke.why}.` : ' No step broke: begin higher.';
  return ['', `${held}${why}`];
}

function services({ services: uses, generatorCpus, replicas }: LoadResult): string[] {
  const there = replicas ? `Replicas: ${replicas.first} first, ${replicas.most} at most, ${replicas.last} last. ` : '';
  const own = `k6 itself used ${generatorCpus.toFixed(2)} CPUs of the same machine.`;
  if (uses.length === 0) return ['', `No containers were watched. ${own}`];
  const head = ['service', 'CPUs', 'at most', 'held back', 'MiB first', 'most', 'last', 'MiB/min'];
  return ['', ...table(head, uses.map(serviceRow)), '', `${there}${own}`];
}

function failures({ failures: seen }: LoadResult): string[] {
  const { shed, shedRedirects, shedP95, shedTold, noAnswer, broken, unexpected } = seen;
  if (shed + noAnswer + broken + unexpected === 0) return ['', 'Nothing failed.'];
  return [
    '',
    `Failed: ${whole(shed)} refused on purpose (${whole(shedRedirects)} redirects, ${whole(shed - shedRedirects)} others; p95 ${ms(shedP95)} ms of the goal's 50, ${percent(shedTold)} with Retry-After), ` +
      `${whole(noAnswer)} without an answer, ${whole(broken)} broken (5xx, the edge's own 503 among them), ${whole(unexpected)} unexpected.`,
  ];
}

/** Phases that were to be too much, and of which less came. */
function limits({ phases }: LoadResult): string[] {
  const short = phases.filter((each) => each.phase.name !== 'warm_up' && isUnsent(each));
  if (short.length === 0) return [];
  const each = short.map((found) => `${found.phase.name} ${percent(sentShare(found))}`);
  const refused = short.some(({ shed }) => shed > 0);
  const limit = refused ? '' : ' Nothing of it was refused, so that k6 was the limit, and not the service.';
  return ['', `Sent of what was asked for: ${each.join(', ')}. The rest found no client of k6 that was free.${limit}`];
}

function counts({ clicks, created }: LoadResult): string[] {
  const isExact = clicks.missing <= clicks.cutOff && clicks.doubled === 0;
  const cutOff = clicks.cutOff > 0 ? `, ${clicks.cutOff} cut off` : '';
  return [
    '',
    `Clicks: ${whole(clicks.answered)} redirects answered, ${whole(clicks.recorded)} clicks recorded on ` +
      `${whole(clicks.links)} links: ${isExact ? '**exact**' : '**wrong**'} (${clicks.missing} missing, ${clicks.doubled} doubled; ` +
      `${clicks.unknown} redirects of which the client does not know${cutOff}), after ${clicks.seconds.toFixed(1)} s.`,
    ...(created.answered > 0 ? [`Links: ${whole(created.answered)} created, ${whole(created.found)} there.`] : []),
  ];
}

const backlog = ({ backlog: found }: LoadResult): string[] =>
  found ? ['', `Batches of clicks that waited: ${found.first} first, ${found.most} at most, ${found.last} last.`] : [];

/** A run for people, as Markdown; the picture lies beside it. */
export function describeLoad(result: LoadResult, picture: string): string {
  const { scenario, question, command, at, machine, phases, problems } = result;
  const head = [
    'phase',
    'asked',
    'requests/s',
    'redirects ms p50/p95/p99/max',
    'the edge alone ms p50/p95',
    'failed',
    'API ms',
    'failed',
    'shed',
    'not sent',
  ];
  return [
    `# Load: ${scenario}`,
    '',
    question,
    '',
    `\`${command}\`, ${at}, commit \`${machine.commit}\`, ${machine.cores} cores of ${machine.cpu}, ` +
      `${megabytes(machine.memoryBytes)} MiB, generator ${machine.generator} on the same machine.`,
    '',
    ...table(head, phases.map(phaseRow)),
    ...knee(result),
    ...limits(result),
    ...failures(result),
    ...counts(result),
    ...backlog(result),
    ...services(result),
    '',
    `![requests, failures, replicas and CPU over the run](${picture})`,
    '',
    problems.length === 0
      ? 'Everything held.'
      : ['What did not hold:', '', ...problems.map((each) => `- ${each}`)].join('\n'),
    '',
  ].join('\n');
}
