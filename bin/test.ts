import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { leash } from '../app/src/platform/leash.ts';
import { findChromium } from './chromium.ts';
import { scratchFolder } from './scratch-folder.ts';
import { shellScripts } from './shell-scripts.ts';
import { type JestReport, judgeJest, summary, type Verdict } from './verdict.ts';

// `npm test`: every part runs, whatever became of the one before. Ends with their sum, and with 1 if any failed.

const root = join(import.meta.dirname, '..');
const report = join(root, 'coverage', 'jest.json');

/**
 * Runs a command before our reader's eyes, for as long as this process lives; resolves with its exit code, undefined if
 * there is no such program.
 */
async function run(command: string, args: readonly string[]): Promise<number | undefined> {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  using _tie = child.pid === undefined ? undefined : leash(child.pid, 'KILL');
  const missing = once(child, 'error').then(() => undefined);
  const code = await Promise.race([missing, once(child, 'close').then(([ended]) => Number(ended ?? 1))]);
  return code;
}

async function part(name: string, work: () => Promise<Omit<Verdict, 'name' | 'seconds'>>): Promise<Verdict> {
  console.log(`\n── ${name}`);
  const start = performance.now();
  const verdict = await work();
  return { name, ...verdict, seconds: (performance.now() - start) / 1_000 };
}

const check = async (command: string, args: readonly string[]) => {
  const code = await run(command, args);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
};

async function checkShell() {
  const code = await run('shellcheck', await shellScripts(root));
  if (code === undefined) return { passed: 0, failed: 0, note: 'not checked: shellcheck is not installed' };
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

async function runJest() {
  await rm(report, { force: true });
  await using scratch = await scratchFolder();
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const how = ['--coverage', '--silent', '--maxWorkers=2', '--json', `--outputFile=${report}`];
  const node = [process.execPath, '--experimental-vm-modules', '--no-warnings'];
  const code = await run('env', [`TMPDIR=${scratch.path}`, ...node, jest, ...how]);
  const text = await readFile(report, 'utf8').catch(() => undefined);
  const verdict = judgeJest(text === undefined ? undefined : (JSON.parse(text) as JestReport), code ?? 1);
  const browser = findChromium(process.env) !== undefined;
  return browser ? verdict : { ...verdict, note: 'the dashboard not in a browser: chromium is not installed' };
}

const verdicts = [
  await part('lint', () => check('biome', ['check', '--error-on-warnings', '.'])),
  await part('types', () => check('tsc', ['--noEmit'])),
  await part("types of the browser's part", () => check('tsc', ['--noEmit', '-p', 'app/web'])),
  await part('shell scripts', checkShell),
  await part('tests', runJest),
];
console.log(`\n${summary(verdicts)}`);
process.exitCode = verdicts.some(({ failed }) => failed > 0) ? 1 : 0;
