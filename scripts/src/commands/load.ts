import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { table as autoscalerTable } from '../../../autoscaler/src/config-table.ts';
import { figuresOf } from '../chaos/figures.ts';
import { createApi } from '../load/api.ts';
import { waitingIn } from '../load/backlog.ts';
import { borrowKey } from '../load/borrowed-key.ts';
import { drawLoad } from '../load/chart.ts';
import { listRunning, readUsage } from '../load/engine.ts';
import { findK6 } from '../load/k6.ts';
import { isLeft, keyNameOf } from '../load/left-keys.ts';
import { describeK6, describeMachine } from '../load/machine.ts';
import { describeLoad } from '../load/markdown.ts';
import { type LoadOptions, loadUsage, parseLoadOptions } from '../load/options.ts';
import { readProcesses } from '../load/processes.ts';
import { parseBaseline, worseThan } from '../load/regression.ts';
import { awaitRest } from '../load/rest.ts';
import type { LoadResult } from '../load/result.ts';
import { revokeKeys } from '../load/revoke-keys.ts';
import { runLoad } from '../load/run-load.ts';
import type { Service } from '../load/service.ts';
import { readStandings } from '../load/standing.ts';
import type { Look } from '../load/usage.ts';
import { createWatch, nothingWatched, type Watching } from '../load/watch.ts';
import { ScriptError } from '../platform/run.ts';
import { edgeOf } from '../stack/edge.ts';
import type { Command } from './command.ts';
import { withHelp } from './help.ts';
import { type Interruptible, interruptible } from './interruptible.ts';
import { openStack } from './open-stack.ts';

const every = 2_000;
const patience = 180_000;
/** As the autoscaler takes one away after a minute, and then three a minute. */
const restWithin = 300_000;
const now = () => performance.now();

const usualSocket = '/var/run/docker.sock';

/** Of replicas. */
const { min: fewest } = autoscalerTable;

type Place = Watching & { service: Service; key: string; socketPath: string };

/** The stack of this folder, or what --target names. */
async function placeOf(context: Interruptible, { processes, target }: LoadOptions): Promise<Place> {
  if (target !== undefined) {
    const own = { service: { target }, key: context.env['LOAD_API_KEY'] ?? '', socketPath: usualSocket };
    if (processes.length === 0) return { ...own, ...nothingWatched };
    return { ...own, ...nothingWatched, watch: createWatch({ read: () => readProcesses(processes), every, now }) };
  }
  const { values, secrets } = await openStack(context);
  const deps = { socketPath: values['DOCKER_SOCKET'] ?? '', project: values['COMPOSE_PROJECT_NAME'] ?? '' };
  const { print, run, signal } = context;
  const replicas = async () => (await listRunning(deps)).filter(({ service }) => service === 'app');
  const count = async () => (await replicas()).length;
  const readWaiting = async () => waitingIn(await figuresOf(run, (await replicas())[0]?.id ?? ''));
  const settings = { ...(await secrets.environment()), ...context.env };
  const least = Number(settings[fewest.name] || fewest.fallback);
  const containers = await readUsage(deps).catch(() => []);
  if (containers.length === 0) throw new ScriptError('nothing runs: scripts/up starts it, or give --target');
  return {
    service: edgeOf(values),
    socketPath: deps.socketPath,
    key: (await secrets.environment())['API_KEY'] ?? '',
    watch: createWatch({ read: () => readUsage(deps), readWaiting, every, now }),
    stand: () => readStandings(deps),
    rest: () => awaitRest({ count, least, signal, print, every, within: restWithin, now }),
  };
}

async function write(folder: string, result: LoadResult, looks: readonly Look[]): Promise<string> {
  const name = `load-${result.scenario}-${result.at.replace(/[:.]/g, '-')}`;
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(result, undefined, 1)}\n`);
  await writeFile(join(folder, `${name}.svg`), drawLoad(result, looks));
  await writeFile(join(folder, `${name}.md`), describeLoad(result, `${name}.svg`));
  return join(folder, `${name}.md`);
}

/** What to compare with. Read before the load, so that none runs for nothing. */
async function readBaseline({ baseline, scenario }: LoadOptions): Promise<LoadResult | undefined> {
  if (baseline === undefined) return undefined;
  const text = await readFile(baseline, 'utf8').catch((cause: Error) => {
    throw new ScriptError(`--baseline: ${cause.message}`, { cause });
  });
  return parseBaseline(text, scenario);
}

async function driveStack(context: Interruptible): Promise<number> {
  const { root, env, argv, run, print, signal } = context;
  const options = parseLoadOptions(argv);
  const baseline = await readBaseline(options);
  const folder = resolve(root, options.out);
  // Before the load: what it has found would be lost where it cannot be written.
  await mkdir(folder, { recursive: true });
  const hasImage = async (image: string) =>
    (await run('docker', ['image', 'inspect', image])).code === 0 ||
    (await run('docker', ['pull', '--quiet', image])).code === 0;
  const { service, key: given, socketPath, ...watching } = await placeOf(context, options);
  const k6 = await findK6({ root, env, socketPath, hasImage });
  await revokeKeys({ service, adminKey: given }, (name) => isLeft(name));
  await using borrowed = await borrowKey(service, given, keyNameOf(process.pid));
  const { key } = borrowed;
  await mkdir(join(root, 'results'), { recursive: true });
  const machine = await describeMachine({ run, env }, await describeK6(run, k6));
  const ask = (until: AbortSignal) => createApi({ service, key, signal: until });
  const deps = { root, env, k6, ask, service, key, machine, ...watching, signal, patience, now, print };
  const { result, looks } = await runLoad(deps, options, `scripts/load ${argv.join(' ')}`);
  if (baseline) result.problems.push(...worseThan(result, baseline));
  const file = await write(folder, result, looks);
  print('');
  print(await readFile(file, 'utf8'));
  print(file);
  return result.problems.length === 0 && !signal.aborted ? 0 : 1;
}

/** `load SCENARIO`: drives the stack with k6, then counts. Exit code 1 when an objective or the count does not hold. */
export const load: Command = withHelp(loadUsage, (context) =>
  interruptible(context, driveStack, () => 'what the load has made stays: links of users named load-…'),
);
