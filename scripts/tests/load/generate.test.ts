import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { generate } from '../../src/load/generate.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'generate-'));
  await mkdir(join(root, 'results'));
});
afterEach(() => rm(root, { recursive: true }));

/** A program in k6's place that shows that it runs, and writes its summary when it is asked to stop. */
async function standIn(): Promise<string> {
  const path = join(root, 'k6');
  const lines = [
    '#!/bin/bash',
    `trap 'echo "{\\"metrics\\":{}}" > "$SUMMARY"; exit' INT`,
    `echo "$K6_NO_THRESHOLDS" > ${root}/started`,
    'while :; do sleep 0.05; done',
  ];
  await writeFile(path, `${lines.join('\n')}\n`);
  await chmod(path, 0o755);
  return path;
}

async function run(signal: AbortSignal, progress = () => {}) {
  const k6 = { command: await standIn(), args: [], cpuSeconds: async () => 0 };
  const deps = { root, env: { ...process.env, K6_NO_THRESHOLDS: 'true' }, k6, signal, now: () => performance.now() };
  return await generate(deps, { scenario: 'smoke', env: {}, progress });
}

describe('Ctrl-C', () => {
  test('before k6 runs → it is not started', async () => {
    await expect(run(AbortSignal.abort(new Error('interrupted')))).rejects.toThrow('interrupted');
    expect(existsSync(join(root, 'started'))).toBe(false);
  });
  test('while it runs → it is asked to stop, and what it counted until then counts; no setting of k6 got to it', async () => {
    const interrupt = new AbortController();
    const ended = run(interrupt.signal);
    while (!existsSync(join(root, 'started'))) await new Promise((resolve) => setImmediate(resolve));
    interrupt.abort();
    expect((await ended).summary).toEqual({ metrics: {} });
    expect(await readFile(join(root, 'started'), 'utf8')).toBe('\n');
  });
});
