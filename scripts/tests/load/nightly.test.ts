import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { workloads } from '../../../k6/lib/workloads.ts';
import { parseBaseline } from '../../src/load/regression.ts';

const scripts = join(import.meta.dirname, '..', '..');
let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nightly-'));
  mkdirSync(join(root, 'scripts'));
  mkdirSync(join(root, 'k6', 'baselines'), { recursive: true });
  cpSync(join(scripts, 'load-nightly'), join(root, 'scripts', 'load-nightly'));
  // In the place of the verb: writes down its words, and one scenario is no success.
  const load = `#!/bin/sh\necho "$*" >> ${root}/asked\n[ "$1" != spike ]\n`;
  writeFileSync(join(root, 'scripts', 'load'), load, { mode: 0o755 });
});
afterEach(() => rmSync(root, { recursive: true }));

const nightly = (...words: string[]) => {
  const { status, stderr } = spawnSync(join(root, 'scripts', 'load-nightly'), words, { encoding: 'utf8' });
  return { status, stderr, asked: readFileSync(join(root, 'asked'), 'utf8').trim().split('\n') };
};

test('one that is no success fails the night, and the others run all the same', () => {
  const { status, asked } = nightly();
  expect(status).toBe(1);
  expect(asked.toSorted()).toEqual(Object.keys(workloads).toSorted());
  expect(nightly('smoke').status).toBe(0);
});

test('what has a baseline is compared with it, what has none is named', () => {
  writeFileSync(join(root, 'k6', 'baselines', 'zipf.json'), '{}');
  const { asked, stderr } = nightly('zipf', 'smoke');
  expect(asked).toEqual(['zipf --baseline k6/baselines/zipf.json', 'smoke']);
  expect(stderr).toContain('no result of them: smoke\n');
});

test('what is stored as a baseline is a result of the scenario of its name, and was a success', () => {
  const folder = join(scripts, '..', 'k6', 'baselines');
  for (const name of readdirSync(folder).filter((file) => file !== 'README.md'))
    expect(parseBaseline(readFileSync(join(folder, name), 'utf8'), name.replace(/\.json$/, '')).problems).toEqual([]);
});
