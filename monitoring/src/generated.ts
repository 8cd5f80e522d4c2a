import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dashboardFiles } from './boards/boards.ts';
import { metricsPage } from './documents/metrics.ts';
import { withObjectives } from './documents/slo.ts';
import { ruleFiles } from './rules/groups.ts';

const root = join(import.meta.dirname, '..', '..');

const within = (folder: string, files: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]);

/** Every file that is made from these sources, by its path in the tree. */
export async function generatedFiles(): Promise<Record<string, string>> {
  return Object.fromEntries([
    ...within('monitoring/prometheus/rules', ruleFiles()),
    ...within('monitoring/grafana/dashboards', dashboardFiles()),
    ['docs/metrics.md', await metricsPage()],
    ['docs/slo.md', withObjectives(await readFile(join(root, 'docs', 'slo.md'), 'utf8'))],
  ]);
}
