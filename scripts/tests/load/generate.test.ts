import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

/** A program in k6's place that shows that it runs, and writes its summary when it is asked to stop by one of these signals. */
async function standIn(signals: string): Promise<string> {
  const path = join(root, 'k6');
  const lines = [
    '#!/bin/bash',
    `trap 'echo "{\\"metrics\\":{}}" > "$SUMMARY"; exit' ${signals}`,
    `echo "$K6_NO_THRESHOLDS" > ${root}/started`,
    'while :; do sleep 0.05; done',
  ];
  await writeFile(path, `${lines.join('\n')}\n`);
  await chmod(path, 0o755);
  return path;
}

async function run(signal: AbortSignal, seconds = 60, cpuSeconds = async () => 0, signals = 'INT') {
  const k6 = { command: await standIn(signals), args: [], cpuSeconds };
  const deps = { root, env: { ...process.env, K6_NO_THRESHOLDS: 'true' }, k6, signal, now: () => performance.now() };
  return await generate(deps, { scenario: 'smoke', env: {}, seconds, progress: () => {} });
}

test('one that does not end in its time is ended, and that is an error', () =>
  expect(run(new AbortController().signal, 1)).rejects.toThrow('k6 ended without a result'));

test('one that writes down what it has counted when its time is over is late all the same', async () => {
  const cpuSeconds = async () => 0;
  expect(await run(new AbortController().signal, 1, cpuSeconds, 'INT TERM')).toMatchObject({ late: true });
});

describe('whoever started k6 ends', () => {
  const module = join(import.meta.dirname, '..', '..', 'src', 'load', 'bounded-k6.ts');
  /** Starts a program in k6's place from a process that then ends in this way; answers the program's id. */
  async function startFrom(how: string, seconds: number): Promise<number> {
    const path = join(root, 'pid');
    const command = JSON.stringify(['sh', '-c', `echo $$ > ${path}; exec sleep 60`]);
    const lines = [
      `import { startBounded } from ${JSON.stringify(module)};`,
      "import { existsSync, readFileSync } from 'node:fs';",
      `startBounded(${command}, { cwd: '/', env: process.env, seconds: ${seconds} });`,
      `const has = () => existsSync('${path}') && readFileSync('${path}', 'utf8').endsWith('\\n');`,
      `setInterval(() => { if (has()) ${how}; }, 10);`,
    ];
    await once(spawn(process.execPath, ['--input-type=module', '-e', lines.join('\n')]), 'exit');
    return Number(await readFile(path, 'utf8'));
  }
  const runs = (pid: number) => existsSync(`/proc/${pid}`);
  test.each([
    ['by an error that nobody handles', "throw new Error('no')", 60],
    ['by itself', 'process.exit(0)', 60],
    ['as it is killed', "process.kill(process.pid, 'SIGKILL')", 1],
  ])('%s → k6 does, too', async (_what, how, seconds) => {
    const pid = await startFrom(how, seconds);
    while (runs(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});

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

test('what k6 has used is kept look by look, so that one part of a run can be told from another', async () => {
  const interrupt = new AbortController();
  let looks = 0;
  const ended = run(interrupt.signal, 60, async () => {
    looks += 1;
    if (looks >= 3 && existsSync(join(root, 'started'))) interrupt.abort();
    // Ended, with what ended it still there.
    return interrupt.signal.aborted ? 0.01 : looks / 10;
  });
  const { cpus, used } = await ended;
  expect(used.map(({ cpuSeconds }) => cpuSeconds).slice(0, 2)).toEqual([0.1, 0.2]);
  const last = used.at(-1);
  expect(last?.cpuSeconds).toBeGreaterThan(0.1);
  expect(cpus).toBe((last?.cpuSeconds ?? 0) / (last?.seconds ?? 0));
});
