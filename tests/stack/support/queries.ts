import { allBoards } from '../../../monitoring/src/boards/boards.ts';
import { annotations } from '../../../monitoring/src/dashboards/dashboard.ts';

/** A query of a panel as Grafana would send it. */
export type PanelQuery = { where: string; kind: string; expr: string; mayBeEmpty: string | undefined };

/** What Grafana fills in: four times the interval of sources.yml, as long as nobody looks at days; of annotations their step. */
const variables: Readonly<Record<string, string>> = { $__rate_interval: '40s', $__range: '5m', $__interval: '15s' };

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
 * What is wrong with Prometheus' answers to all queries. Without traffic a share of nothing is no number, and that is well;
 * no series at all is well only where the panel says why.
 */
export async function wrongAnswers(base: string, traffic: 'none' | 'some'): Promise<string[]> {
  const answers = await Promise.all(
    metrics.map(async ({ expr, mayBeEmpty, where }) => {
      const { error, numbers, series } = await query(base, expr);
      if (error !== undefined) return `${where}: ${error}`;
      const found = traffic === 'none' ? series : numbers;
      return found === 0 && mayBeEmpty === undefined ? `${where}: nothing for ${expr}` : '';
    }),
  );
  return answers.filter((answer) => answer !== '');
}
