import { objectives, objectivesOf, type Slo } from '../slo.ts';

const begin = '<!-- objectives: begin -->';
const end = '<!-- objectives: end -->';

const minutes = (share: number): string => `${Math.round(share * objectives.window_days * 24 * 60)} minutes`;

function table(slo: Slo): string {
  const rows = objectivesOf(slo).map(
    ({ goal, says, slo: name }) => `| \`${name}\` | ${says} | ${minutes(1 - goal)} of all redirects bad |`,
  );
  const burn = (name: string, windows: Slo['burn']['fast']) =>
    windows.map(({ factor, long, short }) => `| ${name} | ${factor} | ${long} and ${short} |`);
  return [
    `| objective | over ${slo.window_days} days | budget |`,
    '| --- | --- | --- |',
    ...rows,
    '',
    '| alert | burn rate | over |',
    '| --- | --- | --- |',
    ...burn('SLOFastBurn', slo.burn.fast),
    ...burn('SLOSlowBurn', slo.burn.slow),
  ].join('\n');
}

/** docs/slo.md with the numbers of slo.json between its marks. */
export function withObjectives(text: string): string {
  const [before, after] = [text.indexOf(begin), text.indexOf(end)];
  if (before === -1 || after < before) throw new Error(`docs/slo.md has no ${begin} … ${end}`);
  return `${text.slice(0, before + begin.length)}\n\n${table(objectives)}\n\n${text.slice(after)}`;
}
