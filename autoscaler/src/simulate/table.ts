import type { Second, Summary } from './run.ts';

export type Compared = { name: string; ours: readonly Second[]; rule: readonly Second[] };

const pad = (cells: readonly (string | number)[], widths: readonly number[]): string =>
  cells
    .map((cell, index) => String(cell).padStart(widths[index] ?? 0))
    .join('  ')
    .trimEnd();

const render = (rows: readonly (readonly (string | number)[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => String(row[column] ?? '').length)));
  return rows.map((row) => pad(row, widths)).join('\n');
};

const linesAtMost = 40;

/** Replicas, saturation and lost seconds over time, of both scalers side by side. */
export function timeTable({ ours, rule }: Compared): string {
  const step = Math.max(1, Math.ceil(ours.length / linesAtMost / 5) * 5);
  const upTo = (run: readonly Second[], second: number) => run.slice(0, second + 1).filter(({ lost }) => lost).length;
  const rows = ours.flatMap(({ cpus, saturated, second, serving }) => {
    const other = rule[second];
    if (second % step !== 0 || other === undefined) return [];
    const mark = (is: boolean) => (is ? 'yes' : '-');
    return [
      [
        second,
        cpus.toFixed(2),
        serving,
        mark(saturated),
        upTo(ours, second),
        other.serving,
        mark(other.saturated),
        upTo(rule, second),
      ],
    ];
  });
  return render([['s', 'CPUs', 'ours', 'saturated', 'lost s', 'rule', 'saturated', 'lost s'], ...rows]);
}

/** One line a scenario and scaler. */
export function summaryTable(lines: readonly { name: string; scaler: string; summary: Summary }[]): string {
  const head = ['scenario', 'scaler', 'lost s', 'saturated s', 'peak', 'mean', 'changes', 'flaps'];
  const rows = lines.map(({ name, scaler, summary: { changes, flaps, lost, mean, peak, saturated } }) => [
    name,
    scaler,
    lost,
    saturated,
    peak,
    mean.toFixed(2),
    changes,
    flaps,
  ]);
  return render([head, ...rows]);
}
