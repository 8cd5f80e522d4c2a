import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { sources } from '../src/dashboards/panel.ts';

const folder = join(import.meta.dirname, '..', 'grafana', 'provisioning');

type Linked = {
  exemplarTraceIdDestinations?: { name: string; datasourceUid: string }[];
  derivedFields?: { matcherType: string; matcherRegex: string; datasourceUid: string }[];
  tracesToLogsV2?: { datasourceUid: string };
};
type Source = { uid: string; type: string; jsonData: Linked };

const read = async (path: string): Promise<unknown> => parse(await readFile(join(folder, path), 'utf8'));
const { datasources } = (await read('datasources/sources.yml')) as { datasources: Source[] };
const of = (type: string): Source | undefined => datasources.find((source) => source.type === type);

test('the boards ask sources that are provisioned under their uids', () => {
  for (const { type, uid } of Object.values(sources)) expect(of(type)?.uid).toBe(uid);
});

test('an example of a time leads to its trace, a trace to its lines, a line to its trace', async () => {
  const traces = of('jaeger')?.uid;
  expect(traces).toBeDefined();
  expect(of('prometheus')?.jsonData.exemplarTraceIdDestinations).toEqual([{ name: 'trace_id', datasourceUid: traces }]);
  expect(of('jaeger')?.jsonData.tracesToLogsV2?.datasourceUid).toBe(of('loki')?.uid);
  const [field] = of('loki')?.jsonData.derivedFields ?? [];
  expect(field).toMatchObject({ matcherType: 'label', datasourceUid: traces });
  // The collector makes the label that is looked for.
  const collector = await readFile(join(folder, '..', '..', 'collector', 'collector.yml'), 'utf8');
  expect(collector).toContain(`to: attributes.${field?.matcherRegex} }`);
});

test('a rate over what Grafana takes for its interval has several samples of every job', async () => {
  const { datasources: all } = (await read('datasources/sources.yml')) as {
    datasources: { type: string; jsonData: { timeInterval?: string } }[];
  };
  const seconds = Number.parseInt(all.find(({ type }) => type === 'prometheus')?.jsonData.timeInterval ?? '', 10);
  const prometheus = parse(await readFile(join(folder, '..', '..', 'prometheus', 'prometheus.yml'), 'utf8')) as {
    global: { scrape_interval: string };
    scrape_configs: { scrape_interval?: string }[];
  };
  const asked = prometheus.scrape_configs.map(
    ({ scrape_interval }) => scrape_interval ?? prometheus.global.scrape_interval,
  );
  expect(Math.max(...asked.map((text) => Number.parseInt(text, 10)))).toBeLessThanOrEqual(seconds);
});
