import { createMetrics as createApp } from '../../../app/src/metrics.ts';
import { createMetrics as createAutoscaler } from '../../../autoscaler/src/metrics.ts';
import { exposition, nothingKnown } from '../../../scripts/src/backup/exposition.ts';
import { recordedGroups } from '../rules/recorded.ts';
import { borrowed, onLinux } from './borrowed.ts';
import { meaningOf } from './recorded.ts';

/** A series that somebody exports. */
export type Described = { name: string; type: string; labels: readonly string[]; meaning: string };

const units: readonly (readonly [RegExp, string])[] = [
  [/_(timestamp|start_time)_seconds$|_cert_expiry$/, 'Unix time, s'],
  [/_seconds(_total|:.*)?$/, 's'],
  [/_bytes(_total)?$/, 'bytes'],
  [/_ratio$|_utilization$|:ratio/, 'share'],
  [/:rate\d/, 'a second'],
];
const unitOf = (name: string): string => units.find(([pattern]) => pattern.test(name))?.[1] ?? 'number';

type Metric = { name: string; type: string; help: string; values: { labels: Record<string, unknown> }[] };
type Registry = { getMetricsAsJSON(): Promise<unknown>; getSingleMetric(name: string): unknown };

/** Those that prom-client has by itself. */
const isDefault = (name: string): boolean => /^(process_|nodejs_(?!eventloop_utilization))/.test(name);

/** The series of a registry, with the labels that they were made with. */
export async function described(registry: Registry): Promise<Described[]> {
  const metrics = (await registry.getMetricsAsJSON()) as Metric[];
  return metrics
    .map(({ help, name, type, values }) => {
      const { labelNames } = registry.getSingleMetric(name) as { labelNames?: readonly string[] };
      const labels = labelNames ?? [...new Set(values.flatMap((value) => Object.keys(value.labels)))];
      return { name, type: String(type), labels: labels.filter((label) => label !== 'le'), meaning: help };
    })
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

const inApp = (): Promise<Described[]> => described(createApp({ version: '', release: '' }).registry);
const ours = async (all: Promise<Described[]>): Promise<Described[]> =>
  (await all).filter(({ name }) => !isDefault(name));

export const appSeries = (): Promise<Described[]> => ours(inApp());
export const autoscalerSeries = (): Promise<Described[]> => ours(described(createAutoscaler().registry));

/** What prom-client tells of each process by itself. */
export async function defaultSeries(): Promise<Described[]> {
  const linux = Object.entries(onLinux).map(([name, rest]) => ({ name, ...rest }));
  const anywhere = (await inApp()).filter(({ name }) => isDefault(name) && onLinux[name] === undefined);
  return [...anywhere, ...linux].toSorted((a, b) => a.name.localeCompare(b.name));
}

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
  .map(([job, all]) => `### ${job}\n\n${table(Object.entries(all).map(([name, rest]) => ({ name, ...rest })))}`)
  .join('\n\n');

/** What Prometheus works out itself. */
export const recordedSeries = (): Described[] => {
  const rules = recordedGroups.flatMap(({ rules: some }) => some);
  const all = rules.map(({ labels = {}, record }): [string, Described] => [
    record,
    { name: record, type: 'gauge', labels: Object.keys(labels), meaning: meaningOf(record) },
  ]);
  return [...new Map(all).values()];
};

/** docs/metrics.md: every series that is ours, those of others that we use, and those that are worked out. */
export const metricsPage = async (): Promise<string> => `# Metrics

Made by \`npm run generate\` from the registries themselves and from \`monitoring/src\`.

## A replica

\`GET /metrics\` of each replica, for one reader: prom-client's histogram of the event loop begins anew with each look.

${table(await appSeries())}

## The autoscaler, the edge and the containers

\`GET :9100/metrics\` of the autoscaler, which also tells what nginx told it and what every container uses.

${table(await autoscalerSeries())}

## Each process of these two

Beside their own, replicas and autoscaler have what prom-client tells of every process.

${table(await defaultSeries())}

## Backups

\`GET :9200/metrics\` of the container \`backup\`.

${table(backupSeries())}

## Of others, as rules and boards use them

By job, with the labels that are used here; Prometheus adds \`job\` and \`instance\`.

${others}

## Recorded by Prometheus

\`monitoring/src/rules/recorded.ts\` has their expressions.

${table(recordedSeries())}
`;
