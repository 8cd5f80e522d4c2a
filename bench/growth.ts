import { makeVolume, statsRange, type Volume } from './growth-data.ts';
import { middleOfList } from './growth-list.ts';
import { writeScripts } from './load-scripts.ts';
import { measureRound, median, type Round } from './measure.ts';
import { adminKey, unlimitedKey } from './replica.ts';
import { startServers } from './servers.ts';
import { wrk } from './wrk.ts';

/** What is asked of a database of each size. */
export type Growth = Volume & {
  /** Redirects of 1,000 codes that are spread over the table, and of codes that nobody has: each of those asks Postgres. */
  hit: Speed;
  miss: Speed & { postgresMicros: number };
  /** Median milliseconds of a page of 50 urls behind the middle of the list, of the statistics and a page of events of one link. */
  list: number;
  stats: number;
  history: number;
  /** Rows a second of an export, in its first seconds. */
  exportRate: number;
};
type Speed = { perSecond: number; ratio: number; p99: number };

const popular = 1_000;
const connections = 64;
const asks = 41;
const exportSeconds = 5;

const headers = { 'X-API-Key': adminKey };

const speedOf = (rounds: readonly Round[]): Speed => ({
  perSecond: median(rounds.map(({ service }) => service.perSecond)),
  ratio: median(rounds.map(({ service, ceiling }) => service.perSecond / ceiling.perSecond)),
  p99: median(rounds.map(({ service }) => service.p99)),
});

/** Reads a page to its end; answers where the next one is. */
async function ask(url: string): Promise<string | undefined> {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  await response.json();
  return /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
}

async function medianMilliseconds(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < asks; n += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times);
}

/** Time of page after page of the list from its middle on, each from the cursor of the one before; few urls begin anew. */
async function listTime(base: string, urls: number): Promise<number> {
  const first = middleOfList(urls);
  let path = first;
  return medianMilliseconds(async () => {
    path = (await ask(`${base}${path}`)) ?? first;
  });
}

/** Rows a second until the export ends or its time is over. */
async function exportRate(base: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(`${base}/urls/export?format=csv`, { headers });
  let lines = -1;
  for await (const chunk of response.body ?? []) {
    for (const byte of chunk as Uint8Array) if (byte === 10) lines += 1;
    if (performance.now() - start > exportSeconds * 1_000) break;
  }
  return lines / ((performance.now() - start) / 1_000);
}

type Options = { rounds: number; seconds: number; nodeOptions: string };

/** Measures one size on servers of its own. */
async function measureVolume(volume: Volume, { rounds, seconds, nodeOptions }: Options): Promise<Growth> {
  await using stack = new AsyncDisposableStack();
  const servers = await startServers(stack, { replicaCount: 2, nodeOptions });
  const { codes, own } = await makeVolume(servers.postgres.url, volume, popular);
  const key = await unlimitedKey(servers.edge.service);
  const scripts = await writeScripts({ folder: servers.folder, codes, key, pause: 3 });
  const several = async (script: string): Promise<Round[]> => {
    await wrk({ port: servers.edge.service, connections, script, seconds });
    const done: Round[] = [];
    for (let round = 0; round < rounds; round += 1)
      done.push(await measureRound(servers, { seconds, connections, script, ceilingScript: script }));
    return done;
  };
  const hits = await several(scripts.zipf);
  const misses = await several(scripts.unknown);
  const base = `http://127.0.0.1:${servers.edge.service}`;
  return {
    ...volume,
    hit: speedOf(hits),
    miss: {
      ...speedOf(misses),
      postgresMicros: median(misses.map(({ cpu, service }) => (cpu.postgres / service.requests) * 1e6)),
    },
    list: await listTime(base, volume.urls),
    stats: await medianMilliseconds(() => ask(`${base}/urls/${own}/stats?from=${statsRange.from}&to=${statsRange.to}`)),
    history: await medianMilliseconds(() => ask(`${base}/events?url_id=${own}&per_page=50&cursor=`)),
    exportRate: await exportRate(base),
  };
}

/** How what a request costs grows with what the database holds, as a table in Markdown. */
export async function measureGrowth(volumes: readonly Volume[], options: Options): Promise<Growth[]> {
  const results: Growth[] = [];
  for (const volume of volumes) {
    console.error(`${volume.urls} urls, ${volume.events} clicks`);
    results.push(await measureVolume(volume, options));
  }
  return results;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const tenths = (value: number): string => value.toFixed(1);

export function growthTable(results: readonly Growth[]): string {
  const head = ['urls', 'clicks', 'redirects/s', 'ratio', 'p99 ms', 'unknown codes/s', 'ratio', 'p99 ms'];
  const more = ['Postgres µs a code', 'page of urls ms', 'statistics ms', 'page of events ms', 'exported/s'];
  const all = [...head, ...more];
  const rows = results.map((each) => [
    whole(each.urls),
    whole(each.events),
    ...[each.hit, each.miss].flatMap(({ perSecond, ratio, p99 }) => [whole(perSecond), ratio.toFixed(2), tenths(p99)]),
    ...[each.miss.postgresMicros, each.list, each.stats, each.history, each.exportRate].map(tenths),
  ]);
  return [all, all.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
