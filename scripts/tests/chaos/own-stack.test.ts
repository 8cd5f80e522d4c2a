import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { removeOwnStack } from '../../src/chaos/own-stack.ts';
import type { Run } from '../../src/platform/run.ts';

const volume = 'drill0123';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'own-stack-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const container = (Id: string) => ({ Id, Name: `/${Id}`, State: { Status: 'running' }, Config: { Labels: {} } });

/** An engine with the drill's stack and another one; the first removal of containers is overtaken by a new replica. */
function createEngine(refuses = '') {
  const projects = new Map([
    [volume, ['postgres', 'autoscaler']],
    ['production', ['shop']],
  ]);
  const volumes = new Map([
    [volume, [`${volume}_queue`]],
    ['production', ['production_postgres']],
  ]);
  const told: string[] = [];
  const projectOf = (args: readonly string[]) =>
    args.find((arg) => arg.startsWith('label='))?.replace('label=com.docker.compose.project=', '') ?? '';
  const answer = (args: readonly string[]): string => {
    if (args[0] === 'ps') return (projects.get(projectOf(args)) ?? []).join('\n');
    if (args[0] === 'inspect') return JSON.stringify(args.slice(3).map(container));
    if (args[0] === 'volume' && args[1] === 'ls') return (volumes.get(projectOf(args)) ?? []).join('\n');
    told.push(args.join(' '));
    if (args[0] === 'rm') projects.set(volume, args.includes('autoscaler') ? ['late'] : []);
    return '';
  };
  const run: Run = async (_program, args) =>
    refuses !== '' && args.join(' ').startsWith(refuses)
      ? { code: 1, stdout: '', stderr: 'in use' }
      : { code: 0, stdout: answer(args), stderr: '' };
  return { run, told };
}

test('the stack of a drill is removed by its own name, with what it began meanwhile; folder and settings need not be there', async () => {
  const { run, told } = createEngine();
  await removeOwnStack(run, { folder, volume });
  expect(told).toEqual([
    'rm --force --volumes postgres autoscaler',
    'rm --force --volumes late',
    `volume rm --force ${volume} ${volume}_queue`,
    `network prune --force --filter label=com.docker.compose.project=${volume}`,
    `--noheadings --output NAME --associated ${join(folder, 'disk.ext4')}`,
  ]);
  expect(existsSync(folder)).toBe(false);
});

test.each(['rm --force', 'volume rm', 'network prune'])(
  '%s is refused → it says so, and the folder stays',
  async (refuses) => {
    const { run } = createEngine(refuses);
    await expect(removeOwnStack(run, { folder, volume })).rejects.toThrow('in use');
    expect(existsSync(folder)).toBe(true);
  },
);
