import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Extra } from './extras.ts';
import { median } from './measure.ts';
import { adminKey } from './replica.ts';
import type { Servers } from './servers.ts';

const asked = 11;

/** Statistics of a link whose sums are those of 10⁷ clicks, as stats-data.sql makes them. */
export async function statistics({ edge, postgres }: Servers): Promise<Extra[]> {
  const base = `http://127.0.0.1:${edge.service}`;
  const headers = { 'X-API-Key': adminKey, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ original_url: 'https://example.com/popular' });
  const { id } = (await (await fetch(`${base}/urls`, { method: 'POST', headers, body })).json()) as { id: number };
  const text = await readFile(join(import.meta.dirname, 'stats-data.sql'), 'utf8');
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  // One by one, as a vacuum can be part of nothing else.
  for (const statement of text.replaceAll(':url_id', String(id)).split(/;\s*\n/)) await client.query(statement);
  await client.end();
  const day = 86_400_000;
  const ago = (days: number) => new Date(Date.now() - days * day).toISOString();
  const ranges = [
    ['30 days', ''],
    ['31 days by hour', `?interval=hour&from=${ago(31)}`],
    ['366 days', `?from=${ago(366)}`],
  ] as const;
  const results: Extra[] = [];
  for (const [name, range] of ranges) {
    const waits: number[] = [];
    while (waits.length < asked) {
      const start = performance.now();
      const response = await fetch(`${base}/urls/${id}/stats${range}`, { headers });
      if (!response.ok) throw new Error(`statistics of ${name} answered ${response.status}: ${await response.text()}`);
      await response.arrayBuffer();
      waits.push(performance.now() - start);
    }
    const value = `${median(waits).toFixed(0)} ms, at most ${Math.max(...waits).toFixed(0)} ms`;
    results.push({ what: `statistics of a link with 10⁷ clicks, ${name}, ${asked} times (goal 50 ms)`, value });
  }
  return results;
}
