import type { Second } from './run.ts';
import type { Compared } from './table.ts';

const width = 900;
const height = 260;
const left = 40;
const bottom = 30;
const colours = { load: '#888888', ours: '#1a7f37', rule: '#cf222e' } as const;

/** A line that moves in steps, as numbers of replicas do. */
const steps = (points: readonly [number, number][]): string =>
  points.map(([x, y], index) => (index === 0 ? `M${x} ${y}` : `H${x}V${y}`)).join('');

/** A chart of one scenario: the load in replicas that it fills, what both scalers served, and the seconds they lost. */
export function chart({ name, ours, rule }: Compared, limit: number): string {
  const seconds = Math.max(1, ours.length);
  const top = Math.max(2, ...[...ours, ...rule].map(({ cpus, serving }) => Math.max(serving, cpus / limit))) + 0.5;
  const x = (second: number) => Math.round(left + (second / seconds) * (width - left - 10));
  const y = (replicas: number) => Math.round((height - bottom) * (1 - replicas / top) * 10) / 10 + 10;
  const line = (run: readonly Second[], value: (second: Second) => number, colour: string) =>
    `<path d="${steps(run.map((one) => [x(one.second), y(value(one))]))}" fill="none" stroke="${colour}" stroke-width="2"/>`;
  const lost = (run: readonly Second[], row: number, colour: string) =>
    run
      .filter((one) => one.lost)
      .map(
        ({ second }) =>
          `<rect x="${x(second)}" y="${height - bottom + 12 + row * 8}" width="2" height="6" fill="${colour}"/>`,
      )
      .join('');
  const grid = Array.from({ length: Math.floor(top) + 1 }, (_, replicas) => replicas).map(
    (replicas) =>
      `<text x="${left - 8}" y="${y(replicas) + 4}" text-anchor="end">${replicas}</text>` +
      `<path d="M${left} ${y(replicas)}H${width - 10}" stroke="#dddddd"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height + 10}" font-family="sans-serif" font-size="12">`,
    `<title>${name}: replicas of both scalers over ${seconds} s</title>`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    ...grid,
    line(ours, ({ cpus }) => cpus / limit, colours.load),
    line(rule, ({ serving }) => serving, colours.rule),
    line(ours, ({ serving }) => serving, colours.ours),
    lost(ours, 0, colours.ours),
    lost(rule, 1, colours.rule),
    `<text x="${left}" y="${height - bottom + 24}" text-anchor="end" dx="-6">lost</text>`,
    `<text x="${width - 300}" y="12"><tspan fill="${colours.load}">load</tspan>  <tspan fill="${colours.ours}">ours</tspan>  <tspan fill="${colours.rule}">threshold rule</tspan>  ${name}</text>`,
    '</svg>\n',
  ].join('\n');
}
