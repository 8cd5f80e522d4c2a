import { once } from 'node:events';
import { createServer } from 'node:http';
import { freePort } from '../app/tests/support/free-port.ts';
import { makeUrls } from './data.ts';
import { writeScripts } from './load-scripts.ts';
import { cpuSeconds } from './process-time.ts';
import { type Replica, startReplica } from './replica.ts';
import { type Servers, startServers } from './servers.ts';
import { wrk } from './wrk.ts';

// node bench/observing.ts: what it costs a replica to be watched, in CPU of its process for one hot redirect.

/** Short and many, one variant after another: what else the machine does then meets all of them alike. */
const rounds = 20;
const seconds = 3;
const warmUp = 5;
const connections = 64;
const nodeOptions = '--max-semi-space-size=4 --max-old-space-size=96';

type Variant = { name: string; more: (collector: string) => Record<string, string> };

const variants: readonly Variant[] = [
  { name: 'no request logged', more: () => ({ LOG_LEVEL: 'error' }) },
  { name: 'as it comes: 500 a second logged, the rest sampled', more: () => ({}) },
  { name: 'every request logged', more: () => ({ LOG_RATE: '1000000' }) },
  {
    name: 'as it comes, 1 % traced, at most 20 a second (the default)',
    more: (collector) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_TRACES_SAMPLER_ARG: '0.01' }),
  },
  {
    name: 'as it comes, 1 % traced without a bound',
    more: (collector) => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector,
      OTEL_TRACES_SAMPLER_ARG: '0.01',
      TRACE_RATE: '1000000',
    }),
  },
];

type Measured = { micros: number; perSecond: number };

/** What is held against what it adds to, by their places in `variants`. */
const costs = [
  { what: 'logging as it comes', of: 1, over: 0 },
  { what: 'tracing 1 %, bounded', of: 3, over: 1 },
  { what: 'tracing 1 % without a bound', of: 4, over: 1 },
] as const;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

async function measure({ pid, port }: Replica, script: string): Promise<Measured> {
  const before = await cpuSeconds(pid);
  const { perSecond, requests } = await wrk({ port, seconds, connections, script });
  return { micros: ((await cpuSeconds(pid)) - before) * (1e6 / requests), perSecond };
}

/** A replica of each variant, warm. */
async function startAll(stack: AsyncDisposableStack, servers: Servers, script: string): Promise<Replica[]> {
  const { cache, folder, postgres, queue } = servers;
  const stores = { databaseUrl: postgres.url, cacheUrl: cache.url, queueUrl: queue.url };
  const collector = await openCollector(stack);
  const replicas: Replica[] = [];
  for (const { more } of variants) {
    const settings = { ...stores, baseUrl: 'http://localhost', nodeOptions, more: more(collector) };
    const replica = stack.use(await startReplica(folder, await freePort(), settings));
    await wrk({ port: replica.port, seconds: warmUp, connections, script });
    replicas.push(replica);
  }
  return replicas;
}

/** A collector that takes everything and keeps nothing. */
async function openCollector(stack: AsyncDisposableStack): Promise<string> {
  const server = createServer((request, response) => request.resume().on('end', () => response.end()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** Medians of all rounds as a table, and what each part costs: the median of what it cost in each round. */
function report(results: readonly (readonly Measured[])[]): string[] {
  const of = (index: number, pick: (one: Measured) => number) => (results[index] ?? []).map(pick);
  const more = (cost: (typeof costs)[number], pick: (one: Measured) => number) => {
    const base = of(cost.over, pick);
    const ratios = of(cost.of, pick).map((value, round) => value / (base[round] ?? value));
    return `${((median(ratios) - 1) * 100).toFixed(1)} %`;
  };
  const micros = ({ micros: value }: Measured) => value;
  const perSecond = ({ perSecond: value }: Measured) => value;
  return [
    '',
    '| | CPU of the replica, µs a redirect | requests/s |',
    '|---|---|---|',
    ...variants.map(
      ({ name }, index) =>
        `| ${name} | ${median(of(index, micros)).toFixed(1)} | ${median(of(index, perSecond)).toFixed(0)} |`,
    ),
    '',
    ...costs.map((cost) => `${cost.what}: CPU a redirect ${more(cost, micros)}, requests/s ${more(cost, perSecond)}`),
  ];
}

async function main(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const servers = await startServers(stack, { replicaCount: 1, nodeOptions });
  const codes = await makeUrls(servers.postgres.url, 1_000, 1_000);
  const { hot } = await writeScripts({ folder: servers.folder, codes, key: '', pause: 1 });
  const replicas = await startAll(stack, servers, hot);
  const results = variants.map(() => [] as Measured[]);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, replica] of replicas.entries()) results[index]?.push(await measure(replica, hot));
    console.log(`round ${round}: ${results.map((own) => `${own.at(-1)?.micros.toFixed(1)} µs`).join(', ')}`);
  }
  for (const line of report(results)) console.log(line);
}

await main();
