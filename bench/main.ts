import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ScriptError } from '../scripts/src/platform/run.ts';
import type { Case } from './cases.ts';
import { makeOwners, makeUrls } from './data.ts';
import { measureExtras } from './extras.ts';
import { growthTable, measureGrowth } from './growth.ts';
import { growthPicture } from './growth-picture.ts';
import { growthVerdict, missedShares } from './growth-verdict.ts';
import { type Scripts, writeScripts } from './load-scripts.ts';
import { type Counted, lostClicks, redirectsOf } from './lost-clicks.ts';
import { measureRound, type Round } from './measure.ts';
import { type BenchOptions, help, readOptions } from './options.ts';
import { unlimitedKey } from './replica.ts';
import { type CaseResult, summarise, table, thisMachine } from './report.ts';
import { reached, type Servers, startServers } from './servers.ts';
import { soak, soakReport } from './soak.ts';
import { benchStack } from './stack.ts';
import { stackReport } from './stack-report.ts';
import { wrk } from './wrk.ts';

const secondsAMinute = 60;
const popular = 100_000;
const owners = 50;
/** Long enough for compiled code, and for the shared cache to have met every code. */
const warmUpSeconds = 12;

async function measureCase(servers: Servers, scripts: Scripts, each: Case, options: BenchOptions): Promise<CaseResult> {
  const seconds = options.seconds[each.length];
  const { connections } = each;
  const burst = { seconds, connections, script: scripts[each.script], ceilingScript: scripts[each.ceilingScript] };
  await each.before?.(servers);
  const warmUp = each.warmUp ? scripts[each.warmUp] : burst.script;
  await wrk({ port: servers.edge.service, connections, script: warmUp, seconds: Math.min(warmUpSeconds, seconds) });
  const rounds: Round[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    rounds.push(await measureRound(servers, burst));
    const { service, ceiling } = rounds.at(-1) as Round;
    const ratio = (service.perSecond / ceiling.perSecond).toFixed(2);
    console.error(`${each.name} ${round}/${options.rounds}: ${Math.round(service.perSecond)}/s, ratio ${ratio}`);
  }
  await each.after?.(servers);
  return { case: each, rounds };
}

/** Writes a result under a name of its own, and answers its path. */
async function write(name: string, kind: string, text: string): Promise<string> {
  const folder = join(import.meta.dirname, '..', 'results');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}-${new Date().toISOString().replaceAll(':', '-')}.${kind}`);
  await writeFile(file, text);
  return file;
}

async function grow({ rounds, seconds: { burst: seconds }, nodeOptions, rows }: BenchOptions): Promise<void> {
  const most = 10 * rows;
  const volumes = [Math.floor(rows / 1_000), Math.floor(rows / 10), most].map((urls) => ({ urls, events: 0 }));
  const results = await measureGrowth([...volumes, { urls: most, events: most }], { rounds, seconds, nodeOptions });
  console.log(`\n${growthTable(results)}\n\n${growthVerdict(results)}\n\n${reached}; commit ${thisMachine().commit}`);
  console.error(`\ndrawn in ${await write('growth', 'svg', growthPicture(results))}`);
  fail(missedShares(results));
}

/** Says what failed, and makes that the end of the run. */
function fail(reasons: readonly string[]): void {
  for (const each of reasons) console.error(`FAILED ${each}`);
  if (reasons.length > 0) process.exitCode = 1;
}

const judgeClicks = (counted: readonly Counted[]): void => fail(lostClicks(counted));

async function runStack({ rounds, seconds: { burst: seconds } }: BenchOptions): Promise<void> {
  const done = await benchStack({ rounds, seconds });
  console.log(`\n${stackReport(done.rounds, done.way)}\n\ncommit ${thisMachine().commit}`);
  judgeClicks(
    done.rounds.map(({ stack, clicks }) => ({ what: 'stack', redirects: redirectsOf('hot', stack), clicks })),
  );
}

const countsOf = ({ case: { name, script }, rounds }: CaseResult): Counted[] =>
  rounds.map(({ service, clicks, stored }) => ({
    what: name,
    redirects: redirectsOf(script, service),
    clicks,
    stored,
  }));

async function run(options: BenchOptions): Promise<void> {
  await using stack = new AsyncDisposableStack();
  console.error('starting the servers');
  const servers = await startServers(stack, { ...options, replicaCount: 2 });
  console.error(`making ${options.rows} urls`);
  const codes = await makeUrls(servers.postgres.url, options.rows, Math.min(popular, options.rows));
  const users = await makeOwners(servers.postgres.url, owners);
  const key = await unlimitedKey(servers.edge.service);
  const scripts = await writeScripts({ folder: servers.folder, codes, users, key, pause: options.pause });
  if (options.soakMinutes !== undefined) {
    const load = { seconds: Math.round(options.soakMinutes * secondsAMinute), connections: 64, script: scripts.zipf };
    const soaked = await soak(servers, load);
    console.log(`\n${soakReport(soaked)}`);
    judgeClicks([{ ...soaked, what: 'soak', redirects: redirectsOf('zipf', soaked) }]);
    return;
  }
  const results: CaseResult[] = [];
  for (const each of options.cases) results.push(await measureCase(servers, scripts, each, options));
  const extras = await measureExtras(servers);
  const rows = results.map(summarise);
  const machine = thisMachine();
  console.log(`\n${table(rows)}\n\n${extras.map(({ what, value }) => `- ${what}: ${value}`).join('\n')}`);
  console.log(`\n${reached}; commit ${machine.commit}, Node ${machine.node}, ${machine.cores} × ${machine.cpu}`);
  const file = await write('bench', 'json', JSON.stringify({ machine, options, rows, extras }, null, 2));
  console.error(`\nwritten to ${file}`);
  judgeClicks(results.flatMap(countsOf));
}

async function measure(options: BenchOptions): Promise<void> {
  if (options.help) console.log(help);
  else if (options.growth) await grow(options);
  else if (options.stack) await runStack(options);
  else await run(options);
}

// What whoever asked can do something about is a line, and no stack trace.
await Promise.try(() => measure(readOptions(process.argv.slice(2)))).catch((error: unknown) => {
  if (!(error instanceof ScriptError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
