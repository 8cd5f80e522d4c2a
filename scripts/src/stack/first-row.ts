/** One value of an answer of Prometheus, with what tells it from its siblings. */
export type Sample = { name: string; value: number };

type Figure = { title: string; expr: string; label?: string; show: (samples: readonly Sample[]) => string };

const list = (samples: readonly Sample[], show: (value: number) => string): string =>
  samples.map(({ name, value }) => `${name ? `${name} ` : ''}${show(value)}`).join(', ');
const share = (value: number): string => `${(value * 100).toFixed(1)} %`;
const first = (samples: readonly Sample[]): number | undefined => samples[0]?.value;
const unknown = '?';

/** The first row of the board *golden signals*: is it fine? */
export const firstRow: readonly Figure[] = [
  {
    title: 'budget left',
    expr: 'slo:budget_left:ratio',
    label: 'slo',
    show: (samples) => (samples.length === 0 ? 'not known yet' : list(samples, share)),
  },
  {
    title: 'alerts',
    expr: 'count(ALERTS{alertstate="firing", alertname!="Watchdog"}) or vector(0)',
    show: (samples) => (first(samples) === 0 ? 'none fires' : `${first(samples) ?? unknown} FIRING`),
  },
  {
    title: 'serving',
    expr: 'sum(autoscaler_replicas{state="serving"})',
    show: (samples) => `${first(samples) ?? unknown} replicas`,
  },
  { title: 'desired', expr: 'max(autoscaler_desired)', show: (samples) => `${first(samples) ?? unknown} replicas` },
  {
    title: 'probe',
    expr: 'min by (target) (probe_success)',
    label: 'target',
    show: (samples) => (samples.length === 0 ? unknown : list(samples, (value) => (value === 1 ? 'answers' : 'FAILS'))),
  },
  {
    title: 'told',
    expr: 'max(alertmanager_integrations) - (max(alertmanager_receivers) - 2)',
    show: (samples) => ((first(samples) ?? 0) === 0 ? 'NOBODY is told of alerts' : `${first(samples)} ways`),
  },
];

/** The row as lines, from what was read for each figure. */
export const drawFirstRow = (samples: readonly (readonly Sample[])[]): string[] =>
  firstRow.map(({ show, title }, index) => `${title.padEnd(10)} ${show(samples[index] ?? [])}`);

type Answer = { data?: { result?: { metric: Record<string, string>; value: [number, string] }[] } };

const timeout = 2_000;

/** Reads the row from Prometheus on this machine; undefined where there is none. */
export async function readFirstRow(port: string): Promise<string[] | undefined> {
  const read = async ({ expr, label = '' }: Figure): Promise<Sample[]> => {
    const url = `http://127.0.0.1:${port}/api/v1/query?${new URLSearchParams({ query: expr })}`;
    const { data } = (await (await fetch(url, { signal: AbortSignal.timeout(timeout) })).json()) as Answer;
    return (data?.result ?? []).map(({ metric, value }) => ({ name: metric[label] ?? '', value: Number(value[1]) }));
  };
  try {
    return drawFirstRow(await Promise.all(firstRow.map(read)));
  } catch {
    return undefined;
  }
}
