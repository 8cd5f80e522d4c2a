import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosReport } from '../../../scripts/src/chaos/report.ts';
import { checkout } from './place.ts';
import { docker, environment, run } from './programs.ts';
import { ask, stack, statusNow } from './stack.ts';

/** Whether a drill has left something that has to be put back. */
export const isLeftBroken = (): boolean =>
  ['chaos-journal.json', 'chaos-key.json'].some((name) => existsSync(join(checkout, '.data', name)));

async function goodKeys(page = 1): Promise<string[]> {
  const response = await ask('GET', `/keys?page=${page}&per_page=100`);
  const keys = (await response.json()) as { name: string; revoked_at: string | null }[];
  const good = keys.filter(({ revoked_at }) => revoked_at === null).map(({ name }) => name);
  return keys.length < 100 ? good : [...good, ...(await goodKeys(page + 1))];
}

/**
 * What a drill must leave as it was: every container with its state (of replicas, which may be others, how many there are),
 * what the autoscaler was told, the keys that are good.
 */
export async function standing() {
  const containers = await stack.list();
  const { paused, pinned } = await statusNow();
  return {
    containers: containers
      .filter(({ service }) => !['app', 'app-template', 'migrate'].includes(service))
      .map(({ name, state }): [string, string] => [name, state])
      .toSorted(),
    replicas: containers
      .filter(({ service, state }) => service === 'app' && state !== 'exited')
      .map(({ state }) => state),
    told: { paused, pinned },
    keys: await goodKeys(),
  };
}

/** What there is of stacks that drills make for themselves. */
export const ownStacks = async () => ({
  containers: await docker('ps', '-aq', '--filter', 'name=^drill'),
  volumes: await docker('volume', 'ls', '-q', '--filter', 'name=^drill'),
  disks: (await run('losetup', ['--list', '--noheadings'])).stdout.includes('shortstack-drill-'),
});

/** The report of the last run. */
export async function lastReport(): Promise<ChaosReport> {
  const files = await Array.fromAsync(glob(join(checkout, 'results', 'chaos-*.json')));
  return JSON.parse(await readFile(files.toSorted().at(-1) ?? '', 'utf8')) as ChaosReport;
}

/** Where a run is, by what it has said. */
function phaseOf(said: string): string {
  const drill = said.slice(Math.max(0, said.lastIndexOf('── ')));
  const [, name = 'before the first drill'] = /^── (\S+):/.exec(drill) ?? [];
  const phase = [...drill.matchAll(/^(?:\d\d:\d\d {2}(\S+)|(counting clicks))/gm)].at(-1);
  return [name, phase?.[1] ?? phase?.[2] ?? ''].join(' ').trim();
}

type Interrupted = { phase: string; code: number | null; signal: NodeJS.Signals | null };

/**
 * Starts drills, and ends them after so many seconds: by Ctrl-C, which a terminal sends to what they have started as well, or by
 * TERM to them alone, or by KILL to all. Any moment will do, so nothing is waited for.
 */
export async function interruptDrills(
  seconds: number,
  by: 'SIGINT' | 'SIGTERM' | 'SIGKILL',
  ...words: readonly string[]
): Promise<Interrupted> {
  const child = spawn(join(checkout, 'scripts', 'chaos-test.sh'), words, {
    cwd: checkout,
    detached: true,
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  await Promise.race([closed, sleep(seconds * 1_000)]);
  const phase = phaseOf(said);
  if (child.exitCode === null && child.pid !== undefined) process.kill(by === 'SIGTERM' ? child.pid : -child.pid, by);
  const [code, signal] = await closed;
  return { phase, code, signal };
}
