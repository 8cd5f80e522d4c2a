import { allBoards } from '../../../monitoring/src/boards/boards.ts';
import { annotations } from '../../../monitoring/src/dashboards/dashboard.ts';
import { mayShowNothing } from '../../../monitoring/src/dashboards/spec.ts';

/** A query of a panel as Grafana would send it. */
export type PanelQuery = {
  where: string;
  kind: string;
  expr: string;
  /** Whether it may show nothing after so many minutes of requests. */
  mayShowNothing: (minutes: number) => boolean;
};

/** What Grafana fills in: four times the interval of sources.yml, as long as nobody looks at days; of annotations their step. */
const variables: Readonly<Record<string, string>> = { $__rate_interval: '40s', $__range: '5m', $__interval: '15s' };

const filled = (expr: string): string =>
  Object.entries(variables).reduce((text, [name, value]) => text.replaceAll(name, value), expr);

/** Every query of every panel and annotation, with its variables filled in. */
export const panelQueries: readonly PanelQuery[] = [
  ...allBoards.flatMap(({ board, rows }) =>
    rows.flatMap(({ panels }) =>
      panels.flatMap((spec) =>
        spec.queries.map(({ expr }) => ({
          where: `${board}: ${spec.title}`,
          kind: spec.kind,
          expr: filled(expr),
          mayShowNothing: (minutes: number) => mayShowNothing(spec, minutes),
        })),
      ),
    ),
  ),
  ...annotations.map(([name, , expr]) => ({
    where: `annotation: ${name}`,
    kind: 'annotation',
    expr: filled(expr),
    // As long as nothing happens.
    mayShowNothing: () => true,
  })),
];

type Answer = { status: string; error?: string; data?: { result: { value?: [number, string] }[] } };

/** What is wrong with an answer, or how many series it has, and how many of them are a number: 0 / 0 is none. */
type Seen = { error: string | undefined; series: number; numbers: number };

/** Runs an instant query. */
export async function query(base: string, expr: string): Promise<Seen> {
  const response = await fetch(`${base}/query?${new URLSearchParams({ query: expr })}`);
  const { data, error, status } = (await response.json()) as Answer;
  const result = data?.result ?? [];
  const numbers = result.filter(({ value }) => !Number.isNaN(Number(value?.[1]))).length;
  return { error: status === 'success' ? undefined : (error ?? status), series: result.length, numbers };
}

const metrics = panelQueries.filter(({ kind }) => kind !== 'logs');

/**
 * What is wrong with Prometheus' answers to all queries, once there have been requests for so many minutes. Without any (0) a
 * share of nothing is no number, and that is well; no series at all is well only where the panel says why.
 */
export async function wrongAnswers(base: string, minutes: number): Promise<string[]> {
  const answers = await Promise.all(
    metrics.map(async ({ expr, mayShowNothing: excused, where }) => {
      const { error, numbers, series } = await query(base, expr);
      if (error !== undefined) return `${where}: ${error}`;
      const found = minutes === 0 ? series : numbers;
      return found === 0 && !excused(minutes) ? `${where}: nothing for ${expr}` : '';
    }),
  );
  return answers.filter((answer) => answer !== '');
}
