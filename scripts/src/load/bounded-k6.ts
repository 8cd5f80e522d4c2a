import { type ChildProcess, spawn } from 'node:child_process';

type Options = {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Seconds after which it is asked to end, whoever is still there. */
  seconds: number;
};

/** Seconds that k6 has to end when it is asked: longer than it waits for its last answers (k6/lib/options.ts). */
const graceSeconds = 30;

/**
 * Starts k6 apart from Ctrl-C, which this process answers, and bounded: timeout(1) ends it also where this process was
 * killed, and kills it where it does not end. It is asked to end when this process exits, however that comes.
 */
export function startBounded(command: readonly string[], { cwd, env, seconds }: Options): ChildProcess {
  const bound = ['--foreground', '--signal=TERM', `--kill-after=${graceSeconds}`, `${seconds}`];
  const child = spawn('timeout', [...bound, ...command], { cwd, env, stdio: 'ignore', detached: true });
  const end = () => void child.kill('SIGTERM');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}
