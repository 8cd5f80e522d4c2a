import pg from 'pg';
import { appends, clickCounts, drained } from './clicks.ts';
import { storedClicks } from './data.ts';
import { cpuSeconds } from './process-time.ts';
import type { Servers } from './servers.ts';
import { watchMemory, watchWaits } from './watching.ts';
import { type LoadResult, wrk } from './wrk.ts';

export const parts = ['nginx', 'app', 'postgres', 'cache', 'queue'] as const;
export type Part = (typeof parts)[number];
export type Cpu = Record<Part, number>;

export type Round = {
  ceiling: LoadResult;
  service: LoadResult;
  /** CPU seconds of each part, from the first request until every click is in Postgres. */
  cpu: Cpu;
  /** CPU seconds of the bare servers, and of nginx before them, while they were the ones driven. */
  ceilingCpu: { nginx: number; bare: number };
  /** Clicks that the service answered, those that Postgres holds of them, and those still on their way at the end. */
  clicks: number;
  stored: number;
  /** Appends to the queue. */
  appends: number;
  backlog: number;
  /** Seconds from the end of the load until every click was stored. */
  drain: number;
  /** Longest that a click was seen to wait for the history, in seconds. */
  oldest: number;
  /** The most memory that a replica had meanwhile, in bytes. */
  memory: number;
};

export type Burst = { seconds: number; connections: number; script: string; ceilingScript: string };

const sum = async (pids: readonly number[]) => (await Promise.all(pids.map(cpuSeconds))).reduce((a, b) => a + b, 0);

const ceilingCpuNow = async ({ nginx, bare }: Servers): Promise<Round['ceilingCpu']> => ({
  nginx: await sum([nginx.pid]),
  bare: await sum(bare.map(({ pid }) => pid)),
});

async function cpuNow({ nginx, replicas, postgres, cache, queue }: Servers): Promise<Cpu> {
  return {
    nginx: await sum([nginx.pid]),
    app: await sum(replicas.map(({ pid }) => pid)),
    postgres: await sum([postgres.pid]),
    cache: await sum([cache.pid]).catch(() => 0),
    queue: await sum([queue.pid]),
  };
}

const minus = (after: Cpu, before: Cpu): Cpu =>
  Object.fromEntries(parts.map((part) => [part, after[part] - before[part]])) as Cpu;

/** One round: the ceiling, then the service under the same load, then the wait until its clicks are stored. */
export async function measureRound(servers: Servers, burst: Burst): Promise<Round> {
  const { seconds, connections, script, ceilingScript } = burst;
  const { edge, postgres } = servers;
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    await drained(servers); // What came before is paid before.
    const idle = await ceilingCpuNow(servers);
    const ceiling = await wrk({ port: edge.ceiling, seconds, connections, script: ceilingScript });
    const driven = await ceilingCpuNow(servers);
    const ceilingCpu = { nginx: driven.nginx - idle.nginx, bare: driven.bare - idle.bare };
    const [storedBefore, { appended: before }] = [await storedClicks(client), await clickCounts(servers)];
    const appendsBefore = await appends(servers);
    const start = await cpuNow(servers);
    const [longestWait, mostMemory] = [watchWaits(servers), watchMemory(servers)];
    const service = await wrk({ port: edge.service, seconds, connections, script });
    const ended = performance.now();
    const { appended, ingested } = await clickCounts(servers);
    await drained(servers);
    const [oldest, memory] = [await longestWait(), await mostMemory()];
    const drain = (performance.now() - ended) / 1_000;
    const cpu = minus(await cpuNow(servers), start);
    // Counted once more: a click whose request was under way when the load ended is stored, too.
    const counts = {
      clicks: (await clickCounts(servers)).appended - before,
      stored: (await storedClicks(client)) - storedBefore,
      appends: (await appends(servers)) - appendsBefore,
      backlog: appended - ingested,
    };
    return { ceiling, service, cpu, ceilingCpu, drain, oldest, memory, ...counts };
  } finally {
    await client.end();
  }
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
};
