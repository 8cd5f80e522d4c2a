import { allBoards } from '../../../monitoring/src/boards/boards.ts';
import { annotations } from '../../../monitoring/src/dashboards/dashboard.ts';

/** A query of a panel as Grafana would send it. */
export type PanelQuery = { where: string; kind: string; expr: string; mayBeEmpty: string | undefined };

/** What Grafana fills in. */
const variables: Readonly<Record<string, string>> = { $__rate_interval: '1m', $__range: '5m' };

const filled = (expr: string): string =>
  Object.entries(variables).reduce((text, [name, value]) => text.replaceAll(name, value), expr);

/** Every query of every panel and annotation, with its variables filled in. */
export const panelQueries: readonly PanelQuery[] = [
  ...allBoards.flatMap(({ board, rows }) =>
    rows.flatMap(({ panels }) =>
      panels.flatMap(({ kind, mayBeEmpty, queries, title }) =>
        queries.map(({ expr }) => ({ where: `${board}: ${title}`, kind, expr: filled(expr), mayBeEmpty })),
      ),
    ),
  ),
  ...annotations.map(([name, , expr]) => ({
    where: `annotation: ${name}`,
    kind: 'annotation',
    expr: filled(expr),
    mayBeEmpty: 'nothing happens',
  })),
];

type Answer = { status: string; error?: string; data?: { result: unknown[] } };

/** Runs an instant query; what is wrong with its answer, or how many series it has. */
export async function query(base: string, expr: string): Promise<{ error: string | undefined; series: number }> {
  const response = await fetch(`${base}/query?${new URLSearchParams({ query: expr })}`);
  const { data, error, status } = (await response.json()) as Answer;
  return { error: status === 'success' ? undefined : (error ?? status), series: data?.result.length ?? 0 };
}

const metrics = panelQueries.filter(({ kind }) => kind !== 'logs');

/** What is wrong with Prometheus' answers to all queries; empty ones only where that is not said to be well. */
export async function wrongAnswers(base: string, emptyIsWell: boolean): Promise<string[]> {
  const answers = await Promise.all(
    metrics.map(async ({ expr, mayBeEmpty, where }) => {
      const { error, series } = await query(base, expr);
      if (error !== undefined) return `${where}: ${error}`;
      return series === 0 && !emptyIsWell && mayBeEmpty === undefined ? `${where}: nothing for ${expr}` : '';
    }),
  );
  return answers.filter((answer) => answer !== '');
}
