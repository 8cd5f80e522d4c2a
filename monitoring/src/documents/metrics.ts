import { createMetrics as createApp } from '../../../app/src/metrics.ts';
import { createMetrics as createAutoscaler } from '../../../autoscaler/src/metrics.ts';
import { exposition, nothingKnown } from '../../../scripts/src/backup/exposition.ts';
import { recordedGroups } from '../rules/recorded.ts';
import { borrowed } from './borrowed.ts';

/** A series that somebody exports. */
export type Described = { name: string; type: string; labels: readonly string[]; meaning: string };

const units: readonly (readonly [RegExp, string])[] = [
  [/_timestamp_seconds$/, 'Unix time, s'],
  [/_seconds(_total)?$/, 's'],
  [/_bytes(_total)?$/, 'bytes'],
  [/_ratio$|_utilization$/, 'share'],
];
const unitOf = (name: string): string => units.find(([pattern]) => pattern.test(name))?.[1] ?? 'number';

type Metric = { name: string; type: string; help: string; values: { labels: Record<string, unknown> }[] };
type Registry = { getMetricsAsJSON(): Promise<unknown>; getSingleMetric(name: string): unknown };

/** The series of a registry that are ours, with the labels that they were made with. */
export async function described(registry: Registry): Promise<Described[]> {
  const metrics = (await registry.getMetricsAsJSON()) as Metric[];
  return metrics
    .filter(({ name }) => !/^(process_|nodejs_(?!eventloop_utilization))/.test(name))
    .map(({ help, name, type, values }) => {
      const { labelNames } = registry.getSingleMetric(name) as { labelNames?: readonly string[] };
      const labels = labelNames ?? [...new Set(values.flatMap((value) => Object.keys(value.labels)))];
      return { name, type: String(type), labels: labels.filter((label) => label !== 'le'), meaning: help };
    })
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

export const appSeries = (): Promise<Described[]> => described(createApp({ version: '', release: '' }).registry);
export const autoscalerSeries = (): Promise<Described[]> => described(createAutoscaler().registry);

/** Those of the container that makes backups, from the page that it shows. */
export const backupSeries = (): Described[] =>
  [...exposition(nothingKnown).matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm)].map(
    ([, name = '', meaning = '', type = '']) => ({ name, type, labels: [], meaning }),
  );

const row = ({ labels, meaning, name, type }: Described): string =>
  `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${unitOf(name)} | ${meaning} |`;
const head = '| series | type | labels | unit | meaning |\n| --- | --- | --- | --- | --- |';
const table = (series: readonly Described[]): string => `${head}\n${series.map(row).join('\n')}`;

const others = Object.entries(borrowed)
  .map(([job, series]) =>
    Object.entries(series)
      .map(([name, meaning]) => `| \`${name}\` | ${job} | ${unitOf(name)} | ${meaning} |`)
      .join('\n'),
  )
  .join('\n');

const recorded = [...new Set(recordedGroups.flatMap(({ rules }) => rules.map(({ record }) => record)))]
  .map((name) => `\`${name}\``)
  .join(', ');

/** docs/metrics.md: every series that is ours, and those of others that we use. */
export const metricsPage = async (): Promise<string> => `# Metrics

Made by \`npm run generate\` from the registries themselves and from \`monitoring/src\`.

## A replica

\`GET /metrics\` of each replica, for one reader: prom-client's histogram of the event loop begins anew with each look. Beside these
there are the \`process_\` and \`nodejs_\` series that prom-client has by itself.

${table(await appSeries())}

## The autoscaler, the edge and the containers

\`GET :9100/metrics\` of the autoscaler, which also tells what nginx told it and what every container uses.

${table(await autoscalerSeries())}

## Backups

\`GET :9200/metrics\` of the container \`backup\`.

${table(backupSeries())}

## Of others, as rules and boards use them

| series | job | unit | meaning |
| --- | --- | --- | --- |
${others}

## Recorded by Prometheus

\`monitoring/src/rules/recorded.ts\` has their expressions. ${recorded}.
`;
