import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout } from '../tests/stack/support/place.ts';
import { environment } from '../tests/stack/support/programs.ts';
import { type JestReport, judgeJest, secondTries, summary } from './verdict.ts';

// `npm run test:stack`, `test:stack:core` and `test:stack:long`: the tests on a real engine, which is installed and started where there is
// none, and ended again: as root. Words go to jest. Ends with the sum, and with 1 if any failed.

const root = join(import.meta.dirname, '..');
const [set = 'usual', ...words] = process.argv.slice(2);

// They end containers and engines as a machine would, and enter their networks: without the right to, one after another would fail.
if (process.getuid?.() !== 0) {
  console.error(
    'The tests of the stack need root. On a machine with Docker, .ci/in-debian runs them as root in a container.',
  );
  console.log('0 passed, 1 failed');
  process.exit(1);
}

/** Runs a program, with what it says shown or not; its exit code. */
async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv, show = true): Promise<number> {
  const child = spawn(command, args, { cwd: root, env, stdio: show ? ['ignore', 'inherit', 'inherit'] : 'ignore' });
  const missing = once(child, 'error').then(() => 127);
  return await Promise.race([missing, once(child, 'close').then(([code]) => Number(code ?? 1))]);
}

async function runTests(env: NodeJS.ProcessEnv) {
  const folder = await mkdtemp(join(tmpdir(), 'stack-report-'));
  const report = join(folder, 'jest.json');
  const how = ['--config', 'jest.stack.config.js', '--runInBand', '--json', `--outputFile=${report}`, ...words];
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const started = performance.now();
  const code = await run(process.execPath, ['--experimental-vm-modules', '--no-warnings', jest, ...how], env);
  const text = await readFile(report, 'utf8').catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
  const parsed = text === undefined ? undefined : (JSON.parse(text) as JestReport);
  const again = parsed ? secondTries(parsed) : [];
  const note = again.length > 0 ? { note: `passed at the second try: ${again.join('; ')}` } : {};
  return { name: `stack, ${set}`, ...note, ...judgeJest(parsed, code), seconds: (performance.now() - started) / 1_000 };
}

const installer = join(root, 'scripts', 'install-docker');
const ran = (await run('docker', ['info'], environment, false)) === 0;
let interrupted = false;
// A Ctrl-C reaches jest, too, and leaves the stack to us.
process.on('SIGINT', () => {
  interrupted = true;
});
const verdict = await runTests({ ...process.env, STACK_TESTS: set });
if (interrupted) await run(join(checkout, 'scripts', 'down'), ['--volumes'], environment);
if (!ran && !process.env['KEEP_STACK']) await run(installer, ['--stop'], process.env);
console.log(`\n${summary([verdict])}`);
process.exitCode = verdict.failed > 0 ? 1 : 0;
