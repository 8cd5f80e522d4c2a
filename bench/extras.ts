import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { residentBytes } from './process-time.ts';
import { adminKey } from './replica.ts';
import type { Servers } from './servers.ts';

export type Extra = { what: string; value: string };

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const seconds = (start: number): string => `${((performance.now() - start) / 1_000).toFixed(2)} s`;

const bulkRows = 10_000;

async function bulk({ edge }: Servers): Promise<Extra> {
  const lines = Array.from({ length: bulkRows }, (_, n) => `https://example.com/bulk/${n},Bulk ${n}`);
  const body = ['original_url,title', ...lines].join('\n');
  const start = performance.now();
  const headers = { 'X-API-Key': adminKey, 'Content-Type': 'text/csv' };
  const response = await fetch(`http://127.0.0.1:${edge.service}/urls/bulk`, { method: 'POST', headers, body });
  const { imported } = (await response.json()) as { imported: number };
  return { what: `POST /urls/bulk, ${bulkRows} lines of CSV: ${imported} imported`, value: seconds(start) };
}

async function exportAll({ edge, folder, replicas }: Servers): Promise<Extra> {
  const start = performance.now();
  const before = await Promise.all(replicas.map(({ pid }) => residentBytes(pid)));
  const headers = { 'X-API-Key': adminKey };
  const response = await fetch(`http://127.0.0.1:${edge.service}/urls/export?format=csv`, { headers });
  if (!response.ok || !response.body) throw new Error(`export answered ${response.status}`);
  const file = join(folder, 'export.csv');
  await pipeline(Readable.fromWeb(response.body as never), createWriteStream(file));
  const after = await Promise.all(replicas.map(({ pid }) => residentBytes(pid)));
  const growth = Math.max(...after.map((bytes, index) => bytes - (before[index] ?? 0)));
  const { size } = await stat(file);
  return {
    what: `GET /urls/export, ${megabytes(size)}; a replica grew by ${megabytes(growth)}`,
    value: seconds(start),
  };
}

async function memory({ replicas }: Servers): Promise<Extra> {
  const bytes = await Promise.all(replicas.map(({ pid }) => residentBytes(pid)));
  return { what: 'resident memory of a replica after all cases', value: megabytes(Math.max(...bytes)) };
}

const start = async ({ replicas }: Servers): Promise<Extra> => ({
  what: 'start of a replica until it is ready',
  value: `${Math.max(...replicas.map(({ readyMilliseconds }) => readyMilliseconds)).toFixed(0)} ms`,
});

/** What is not a load: bulk, export, start, memory. */
export async function measureExtras(servers: Servers): Promise<Extra[]> {
  const results: Extra[] = [await start(servers), await memory(servers)];
  results.push(await bulk(servers), await exportAll(servers));
  return results;
}
