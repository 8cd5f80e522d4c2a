import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import type { Servers } from './servers.ts';

const series = /^(clicks_appended_total|clicks_ingested_total)(?:\{[^}]*\})? (\d+)/gm;
const drainSeconds = 180;

type Counts = { appended: number; ingested: number };

/** What the replicas have counted since they started. */
export async function clickCounts({ replicas }: Servers): Promise<Counts> {
  const counts: Counts = { appended: 0, ingested: 0 };
  for (const { port } of replicas) {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    for (const [, name, value] of text.matchAll(series)) {
      counts[name === 'clicks_appended_total' ? 'appended' : 'ingested'] += Number(value);
    }
  }
  return counts;
}

/** Resolves when every click that was answered is in Postgres; fails when that takes too long. */
export async function drained(servers: Servers): Promise<void> {
  const end = Date.now() + drainSeconds * 1_000;
  for (;;) {
    const { appended, ingested } = await clickCounts(servers);
    if (ingested >= appended) return;
    if (Date.now() > end) throw new Error(`${appended - ingested} clicks are not in Postgres after ${drainSeconds} s`);
    await sleep(200);
  }
}

/** Appends that the queue has taken since it started: clicks per append tell how well the group commit groups. */
export async function appends({ queue }: Servers): Promise<number> {
  const client = createClient({ url: queue.url });
  await client.connect();
  try {
    const [, calls = '0'] = /cmdstat_xadd:calls=(\d+)/.exec(await client.info('commandstats')) ?? [];
    return Number(calls);
  } finally {
    client.destroy();
  }
}
