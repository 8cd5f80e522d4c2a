import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { simulate } from '../../src/commands/simulate.ts';
import { ask } from '../support/process.ts';

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
let directory: string;

const node = (...argv: string[]): Promise<{ code: number; out: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [main, ...argv], (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: out + err }),
    );
  });

beforeAll(async () => {
  directory = await mkdtemp(`${tmpdir()}/main-`);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('the command line', () => {
  test('a verb that does not exist → those that do, exit 2', async () => {
    expect(await node('fly')).toEqual({ code: 2, out: expect.stringContaining('run | gate') });
  });

  test('settings that are not usable → each problem, no stack, exit 1', async () => {
    const { code, out } = await node('status');
    expect(code).toBe(1);
    expect(out).toMatch(/AUTOSCALER_PROJECT/);
    expect(out).not.toMatch(/at .*\.ts/);
  });
});

describe('simulate', () => {
  test('one scenario → over time, in sum, and as a chart', async () => {
    const svg = `${directory}/step.svg`;
    const { code, text } = await ask(simulate, {}, 'step', '--svg', svg, '--cpus', '4', '--start-up', '2');
    expect(code).toBe(0);
    expect(text).toMatch(/CPUs\s+ours\s+saturated[\s\S]*scenario\s+scaler\s+lost s/);
    expect(await readFile(svg, 'utf8')).toContain('</svg>');
  });

  test('all, or a recorded load → a line each', async () => {
    expect((await ask(simulate, {}, 'all')).text.split('\n')).toHaveLength(19);
    const file = `${directory}/load.csv`;
    await writeFile(file, '0,0.5\n60,1.5\n120,0.5\n');
    expect((await ask(simulate, {}, file)).text).toContain('load.csv');
  });

  test('something else → usage; a number that is none → said', async () => {
    await expect(ask(simulate, {}, 'nothing')).rejects.toThrow(/usage/);
    await expect(ask(simulate, {}, 'step', '--cpus', 'many')).rejects.toThrow(/--cpus/);
  });
});
