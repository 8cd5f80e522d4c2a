import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './measure.ts';
import { residentBytes } from './process-time.ts';
import { adminKey } from './replica.ts';
import type { Servers } from './servers.ts';
import { statistics } from './statistics.ts';
import { watchMemory } from './watching.ts';

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
  return { what: `POST /urls/bulk, ${bulkRows} lines of CSV: ${imported} imported (goal 2 s)`, value: seconds(start) };
}

async function exportAll({ edge, folder, replicas }: Servers): Promise<Extra> {
  const start = performance.now();
  const before = Math.min(...(await Promise.all(replicas.map(({ pid }) => residentBytes(pid)))));
  const mostMemory = watchMemory({ replicas });
  const headers = { 'X-API-Key': adminKey };
  const response = await fetch(`http://127.0.0.1:${edge.service}/urls/export?format=csv`, { headers });
  if (!response.ok || !response.body) throw new Error(`export answered ${response.status}`);
  const file = join(folder, 'export.csv');
  await pipeline(Readable.fromWeb(response.body as never), createWriteStream(file));
  const most = await mostMemory();
  const { size } = await stat(file);
  return {
    what: `GET /urls/export, ${megabytes(size)}; a replica had ${megabytes(before)} before and ${megabytes(most)} at most`,
    value: seconds(start),
  };
}

const start = async ({ replicas }: Servers): Promise<Extra> => ({
  what: 'start of a replica until it is ready (goal 1.5 s)',
  value: `${Math.max(...replicas.map(({ readyMilliseconds }) => readyMilliseconds)).toFixed(0)} ms`,
});

const idleClicks = 20;
const idlePause = 500;
const longestWait = 10_000;

/** How long after its redirect was answered a click of a service at rest is listed. */
async function listed({ edge }: Servers): Promise<Extra> {
  const base = `http://127.0.0.1:${edge.service}`;
  const headers = { 'X-API-Key': adminKey, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ original_url: 'https://example.com/listed' });
  const made = await fetch(`${base}/urls`, { method: 'POST', headers, body });
  const { id, short_code: code } = (await made.json()) as { id: number; short_code: string };
  const clicks = async () => {
    const response = await fetch(`${base}/events?url_id=${id}&event_type=click&per_page=100`, { headers });
    return ((await response.json()) as unknown[]).length;
  };
  const waits: number[] = [];
  while (waits.length < idleClicks) {
    await sleep(idlePause);
    await fetch(`${base}/${code}`, { redirect: 'manual' });
    const answered = performance.now();
    while ((await clicks()) <= waits.length) {
      if (performance.now() - answered > longestWait) throw new Error(`a click is not listed after ${longestWait} ms`);
    }
    waits.push(performance.now() - answered);
  }
  const [middle, longest] = [median(waits), Math.max(...waits)].map((wait) => wait.toFixed(0));
  return {
    what: `a click on a service at rest is listed, ${idleClicks} times (goal 100 ms)`,
    value: `${middle} ms, at most ${longest} ms`,
  };
}

/** What is not a load: start, a click at rest, bulk, export, statistics. */
export async function measureExtras(servers: Servers): Promise<Extra[]> {
  const results: Extra[] = [await start(servers), await listed(servers), await bulk(servers)];
  return [...results, await exportAll(servers), ...(await statistics(servers))];
}
