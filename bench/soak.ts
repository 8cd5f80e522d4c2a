import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { clickCounts, drained } from './clicks.ts';
import { storedClicks } from './data.ts';
import { residentBytes } from './process-time.ts';
import type { Servers } from './servers.ts';
import { type Load, wrk } from './wrk.ts';

/** Memory of one process over a soak, in megabytes. */
export type Memory = { name: string; first: number; last: number; most: number; slopePerMinute: number };
export type Soak = {
  memory: Memory[];
  requests: number;
  clicks: number;
  stored: number;
  refused: number;
  broken: number;
};

const betweenLooks = 5_000;
/** Looks that are no part of the line: caches fill. */
const warmUpMinutes = 2;

type Look = { minute: number; megabytes: number };

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The slope of the line of least squares. */
export function slope(looks: readonly Look[]): number {
  const [at, size] = [mean(looks.map(({ minute }) => minute)), mean(looks.map(({ megabytes }) => megabytes))];
  const above = looks.reduce((sum, { minute, megabytes }) => sum + (minute - at) * (megabytes - size), 0);
  return above / looks.reduce((sum, { minute }) => sum + (minute - at) ** 2, 0);
}

function describe(name: string, looks: readonly Look[]): Memory {
  const warm = looks.filter(({ minute }) => minute >= warmUpMinutes);
  const counted = warm.length >= 2 ? warm : looks;
  const sizes = counted.map(({ megabytes }) => megabytes);
  const tenth = Math.ceil(sizes.length / 10);
  return {
    name,
    first: mean(sizes.slice(0, tenth)),
    last: mean(sizes.slice(-tenth)),
    most: Math.max(...sizes),
    slopePerMinute: slope(counted),
  };
}

/** Looks at each process until `over`. */
async function watch(pids: Readonly<Record<string, number>>, over: AbortSignal): Promise<Memory[]> {
  const looks = new Map(Object.keys(pids).map((name) => [name, [] as Look[]]));
  const start = performance.now();
  while (!over.aborted) {
    const minute = (performance.now() - start) / 60_000;
    for (const [name, pid] of Object.entries(pids))
      looks.get(name)?.push({ minute, megabytes: (await residentBytes(pid)) / 1e6 });
    await sleep(betweenLooks, undefined, { signal: over }).catch(() => {});
  }
  return [...looks].map(([name, some]) => describe(name, some));
}

/** One long load while the memory of the servers is watched; then every click must be stored. */
export async function soak(servers: Servers, load: Omit<Load, 'port'>): Promise<Soak> {
  const { cache, edge, postgres, queue, replicas } = servers;
  await using stack = new AsyncDisposableStack();
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  stack.defer(() => client.end());
  await drained(servers);
  const [before, { appended }] = [await storedClicks(client), await clickCounts(servers)];
  const over = new AbortController();
  const apps = Object.fromEntries(replicas.map(({ pid }, index) => [`replica ${index + 1}`, pid]));
  const watched = watch({ ...apps, cache: cache.pid, queue: queue.pid }, over.signal);
  const { requests, refused, broken } = await wrk({ ...load, port: edge.service }).finally(() => over.abort());
  await drained(servers);
  const clicks = (await clickCounts(servers)).appended - appended;
  const stored = (await storedClicks(client)) - before;
  return { memory: await watched, requests, clicks, stored, refused, broken };
}

/** The memory of a soak as a table in Markdown, and its counts. */
export function soakReport({ memory, requests, clicks, stored, refused, broken }: Soak): string {
  const head = ['MB', 'after two minutes', 'at the end', 'most', 'slope a minute'];
  const rows = memory.map(({ name, first, last, most, slopePerMinute }) =>
    [name, ...[first, last, most].map((value) => value.toFixed(0)), slopePerMinute.toFixed(2)].join(' | '),
  );
  const table = [head.join(' | '), head.map(() => '---').join(' | '), ...rows].map((line) => `| ${line} |`).join('\n');
  return `${table}\n\n${requests} requests, ${refused} refused, ${broken} broken; ${clicks} clicks, ${stored} stored`;
}
