import { once } from 'node:events';
import { createServer } from 'node:http';
import { freePort } from '../app/tests/support/free-port.ts';
import { makeUrls } from './data.ts';
import { writeScripts } from './load-scripts.ts';
import { cpuSeconds } from './process-time.ts';
import { startReplica } from './replica.ts';
import { type Servers, startServers } from './servers.ts';
import { wrk } from './wrk.ts';

// node bench/observing.ts: what it costs a replica to be watched, in CPU of its process for one hot redirect.

const rounds = 5;
const warmUp = 4;
const seconds = 8;
const connections = 64;
const nodeOptions = '--max-semi-space-size=4 --max-old-space-size=144';

type Variant = { name: string; more: (collector: string) => Record<string, string> };

const variants: readonly Variant[] = [
  { name: 'no request logged', more: () => ({ LOG_LEVEL: 'error' }) },
  { name: 'as it comes: 500 a second logged, the rest sampled', more: () => ({}) },
  { name: 'every request logged', more: () => ({ LOG_RATE: '1000000' }) },
  {
    name: 'as it comes, 1 % traced',
    more: (collector) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_TRACES_SAMPLER_ARG: '0.01' }),
  },
];

type Measured = { micros: number; perSecond: number };

/** What is held against what it adds to, by their places in `variants`. */
const costs = [
  { what: 'logging as it comes', of: 1, over: 0 },
  { what: 'tracing 1 %', of: 3, over: 1 },
] as const;

async function measure(
  servers: Servers,
  port: number,
  script: string,
  more: Record<string, string>,
): Promise<Measured> {
  const { cache, folder, postgres, queue } = servers;
  const stores = { databaseUrl: postgres.url, cacheUrl: cache.url, queueUrl: queue.url };
  await using replica = await startReplica(folder, port, { ...stores, baseUrl: 'http://localhost', nodeOptions, more });
  await wrk({ port, seconds: warmUp, connections, script });
  const before = await cpuSeconds(replica.pid);
  const { perSecond, requests } = await wrk({ port, seconds, connections, script });
  return { micros: ((await cpuSeconds(replica.pid)) - before) * (1e6 / requests), perSecond };
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

/** The best of all rounds as a table, as what else a machine does only takes away, and what of it each part costs. */
function report(results: readonly (readonly Measured[])[]): string[] {
  const micros = results.map((own) => Math.min(...own.map((one) => one.micros)));
  const perSecond = results.map((own) => Math.max(...own.map((one) => one.perSecond)));
  const more = (values: readonly number[], of: number, over: number) =>
    `${(((values[of] ?? 0) / (values[over] ?? 1) - 1) * 100).toFixed(1)} %`;
  return [
    '',
    '| | CPU of the replica, µs a redirect | requests/s |',
    '|---|---|---|',
    ...variants.map(
      ({ name }, index) => `| ${name} | ${(micros[index] ?? 0).toFixed(1)} | ${(perSecond[index] ?? 0).toFixed(0)} |`,
    ),
    '',
    ...costs.map(
      ({ of, over, what }) =>
        `${what}: CPU a redirect ${more(micros, of, over)}, requests/s ${more(perSecond, of, over)}`,
    ),
  ];
}

async function main(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const servers = await startServers(stack, { replicaCount: 1, nodeOptions });
  const codes = await makeUrls(servers.postgres.url, 1_000, 1_000);
  const { hot } = await writeScripts({ folder: servers.folder, codes, key: '', pause: 1 });
  const collector = await openCollector(stack);
  const port = await freePort();
  const results = variants.map(() => [] as Measured[]);
  for (let round = 1; round <= rounds; round += 1)
    for (const [index, { more, name }] of variants.entries()) {
      const measured = await measure(servers, port, hot, more(collector));
      results[index]?.push(measured);
      console.log(`round ${round}  ${name}: ${measured.micros.toFixed(1)} µs, ${measured.perSecond.toFixed(0)}/s`);
    }
  for (const line of report(results)) console.log(line);
}

await main();
