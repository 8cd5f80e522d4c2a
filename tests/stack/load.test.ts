import { execFileSync } from 'node:child_process';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { LoadResult } from '../../scripts/src/load/result.ts';
import { source } from './support/place.ts';
import { environment, script } from './support/programs.ts';
import { rest } from './support/stack.ts';

// A click that is lost once is lost: a second try (support/once-more.ts) would make it green.
jest.retryTimes(0);

beforeAll(() => {
  execFileSync(join(source, 'scripts', 'install-k6'), [], { env: environment, stdio: 'inherit' });
}, 600_000);
beforeEach(async () => void (await rest()));

/** Not in the copy that goes with the test: CI keeps them. */
const results = join(source, 'results');

/** Runs a scenario that must succeed; answers what it wrote. */
async function load(scenario: string, ...words: readonly string[]): Promise<LoadResult> {
  const { code, stdout, stderr } = await script('load', scenario, ...words, '--out', results);
  expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  const files = await Array.fromAsync(glob(join(results, `load-${scenario}-*.json`)));
  return JSON.parse(await readFile(files.toSorted().at(-1) ?? '', 'utf8')) as LoadResult;
}

test('smoke: objectives hold, clicks are exact link by link, and every service was watched', async () => {
  const { clicks, services, failures, moments } = await load('smoke', '--duration', '10');
  expect(clicks.answered).toBeGreaterThan(400);
  expect([clicks.recorded, clicks.missing, clicks.doubled]).toEqual([clicks.answered, 0, 0]);
  expect(failures).toMatchObject({ shed: 0, noAnswer: 0, broken: 0, unexpected: 0 });
  const watched = services.filter(({ cpus }) => cpus > 0).map(({ service }) => service);
  expect(watched).toEqual(expect.arrayContaining(['app', 'nginx', 'postgres', 'queue']));
  expect(moments.at(-1)?.replicas).toBeGreaterThanOrEqual(2);
}, 120_000);

test('stress: people who click and create: nothing fails, and every link that was answered is there', async () => {
  const { created, failures } = await load('stress', '--duration', '15', '--users', '50');
  expect(created.answered).toBeGreaterThan(100);
  expect(created.found).toBe(created.answered);
  expect(failures).toMatchObject({ noAnswer: 0, broken: 0, unexpected: 0 });
}, 180_000);
