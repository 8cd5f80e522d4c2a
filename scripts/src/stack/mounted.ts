import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Listed } from './compose.ts';

/** Files of this project that a container reads at its start, by the setting that docker-compose.yml labels it with. */
export const mounted = {
  NGINX_FILES: { service: 'nginx', paths: ['nginx/nginx.conf', 'nginx/apply-templates.sh', 'nginx/relay-logs.sh'] },
  PROMETHEUS_FILES: { service: 'prometheus', paths: ['monitoring/prometheus'] },
  ALERTMANAGER_FILES: { service: 'alertmanager', paths: ['monitoring/alertmanager'] },
  BLACKBOX_FILES: { service: 'blackbox', paths: ['monitoring/blackbox'] },
  GRAFANA_FILES: { service: 'grafana', paths: ['monitoring/grafana'] },
  LOKI_FILES: { service: 'loki', paths: ['monitoring/loki'] },
  COLLECTOR_FILES: { service: 'collector', paths: ['monitoring/collector'] },
  JAEGER_FILES: { service: 'jaeger', paths: ['monitoring/jaeger'] },
} as const;

type Mark = keyof typeof mounted;
const rows = Object.entries(mounted) as [Mark, (typeof mounted)[Mark]][];

/** Every file below a path, or the path itself. */
async function filesAt(root: string, path: string): Promise<string[]> {
  const entries = await readdir(join(root, path), { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (!entries) return [join(root, path)];
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function markOf(root: string, paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const files = (await Promise.all(paths.map((path) => filesAt(root, path)))).flat().sort();
  for (const file of files)
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(await readFile(file))
      .update('\0');
  return hash.digest('hex').slice(0, 12);
}

/** Settings that change with those files, so that Compose makes a container anew whose files are others. */
export const mountedMarks = async (root: string): Promise<Record<string, string>> =>
  Object.fromEntries(await Promise.all(rows.map(async ([name, { paths }]) => [name, await markOf(root, paths)])));

/** Services that run with other files than the settings say. */
export const withOtherFiles = (containers: readonly Listed[], values: Readonly<Record<string, string>>): string[] =>
  rows.flatMap(([name, { service }]) =>
    containers.some((one) => one.service === service && one.state === 'running' && one.files !== values[name])
      ? [service]
      : [],
  );
