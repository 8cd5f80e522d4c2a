import { drawLines, type Mark } from '../charts/lines.ts';
import type { Day } from './day-verdict.ts';
import type { DrillReport } from './report.ts';
import type { Stage } from './stage.ts';
import type { Second } from './tally.ts';

const blocks = '▁▂▃▄▅▆▇█';

/** A row of blocks for values, scaled to the largest; nothing for 0. */
export function sparkline(values: readonly number[], width = 70): string {
  const per = Math.max(1, Math.ceil(values.length / width));
  const most = Math.max(...values, 0);
  const groups = Array.from({ length: Math.ceil(values.length / per) }, (_, at) =>
    Math.max(...values.slice(at * per, (at + 1) * per)),
  );
  const block = (value: number) =>
    blocks[Math.min(blocks.length - 1, Math.floor((value / most) * blocks.length))] ?? '';
  return groups.map((value) => (value > 0 && most > 0 ? block(value) : ' ')).join('');
}

const ofSeconds = ({ seconds }: DrillReport, pick: (second: Second) => number): number[] => {
  const known = new Map(seconds);
  const end = Math.max(0, ...known.keys());
  return Array.from({ length: end + 1 }, (_, at) => {
    const second = known.get(at);
    return second ? pick(second) : 0;
  });
};

/** A drill on a terminal: requests, failures, replicas, alerts over time. */
export function drawOnTerminal(drill: DrillReport): string[] {
  const rows: [string, number[]][] = [
    ['requests', ofSeconds(drill, ({ sent }) => sent)],
    ['failed', ofSeconds(drill, ({ failed, refused }) => failed + refused)],
    ['p95 ms', ofSeconds(drill, ({ p95 }) => p95)],
    ['replicas', drill.moments.map(({ replicas }) => replicas)],
    ['alerts', drill.moments.map(({ firing }) => firing)],
  ];
  return rows.map(([name, values]) => `  ${name.padEnd(9)}${sparkline(values)}  ${Math.round(Math.max(0, ...values))}`);
}

type Played = Pick<DrillReport, 'start' | 'seconds' | 'moments'>;

/** Traffic and what was seen beside it, of one or more parts of a run, as SVG; times count from the first of them. */
function drawPlayed(parts: readonly Played[], title: string, marksAt: (start: number) => Mark[]): string {
  const start = Math.min(...parts.map((part) => part.start));
  const at = (part: Played, second: number) => (part.start - start) / 1_000 + second;
  const lastOf = ({ seconds }: Played) => seconds.reduce((most, [second]) => Math.max(most, second), 0);
  const line = (name: string, colour: string, pick: (second: Second) => number) => ({
    name,
    colour,
    points: parts.flatMap((part) => [
      ...part.seconds.map(([second, seen]) => [at(part, second), pick(seen)] as const),
      [at(part, lastOf(part) + 1), undefined] as const,
    ]),
  });
  const seen = (name: string, colour: string, pick: (moment: Played['moments'][number]) => number) => ({
    name,
    colour,
    points: parts.flatMap((part) => part.moments.map((moment) => [at(part, moment.seconds), pick(moment)] as const)),
  });
  const strips = [
    { title: 'requests a second', lines: [line('sent', '#1f77b4', ({ sent }) => sent)] },
    {
      title: 'failed a second',
      lines: [line('refused', '#ff7f0e', ({ refused }) => refused), line('failed', '#d62728', ({ failed }) => failed)],
    },
    { title: 'p95 in ms', lines: [line('p95', '#9467bd', ({ p95 }) => p95)] },
    { title: 'replicas', lines: [seen('replicas', '#2ca02c', ({ replicas }) => replicas)] },
    { title: 'alerts that fire', lines: [seen('alerts', '#d62728', ({ firing }) => firing)] },
  ];
  return drawLines({
    title,
    seconds: Math.max(...parts.map((part) => at(part, lastOf(part)))),
    strips,
    marks: marksAt(start),
  });
}

/** A run of drills one after another, as SVG. */
export const drawDrills = (drills: readonly DrillReport[], title: string): string =>
  drawPlayed(drills, title, (start) =>
    drills.flatMap(({ measured, name }) => [
      { seconds: (measured.injected - start) / 1_000, text: name },
      { seconds: (measured.cured - start) / 1_000, text: 'cure' },
    ]),
  );

/** A game day, as SVG. */
export const drawDay = (
  { start, tally, moments }: Pick<Stage, 'start' | 'tally' | 'moments'>,
  happened: Day['happened'],
): string =>
  drawPlayed([{ start, seconds: [...tally.seconds()], moments: [...moments] }], 'game day', () =>
    happened.map(({ name, injected }) => ({ seconds: (injected - start) / 1_000, text: name })),
  );
