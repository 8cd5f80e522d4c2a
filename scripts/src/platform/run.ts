import { type ChildProcess, spawn } from 'node:child_process';

export type Ran = { code: number; stdout: string; stderr: string };

type Options = {
  /** Added to the environment of this process. */
  env?: Readonly<Record<string, string>>;
  input?: string;
  /** Milliseconds after which the program is ended. */
  timeout?: number;
  /** What the program says is shown as it comes instead of kept, or as well as kept. */
  show?: boolean | 'and keep';
  /** Hears nothing of Ctrl-C, which a terminal tells to all that run in it: who began it says what becomes of it. */
  apart?: boolean;
  /** Ends it, or keeps it from beginning. */
  signal?: AbortSignal;
};

export type Run = (program: string, args: readonly string[], options?: Options) => Promise<Ran>;

type Where = {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Ends what runs, and has nothing more begin. */
  signal?: AbortSignal | undefined;
};

const keptOutput = 8_388_608;
const graceTime = 5_000;

/** Has a signal end a program: asked first, as what it has started hears of that too; killed when it does not go. */
export function endWith(child: ChildProcess, signal: AbortSignal | undefined): void {
  if (!signal) return;
  const end = () => {
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), graceTime).unref();
    child.once('close', () => clearTimeout(kill));
  };
  signal.addEventListener('abort', end, { once: true });
  child.once('close', () => signal.removeEventListener('abort', end));
}

/** Runs programs in a folder with an environment. A program that is missing or killed has exit code 127 or 137. */
export const createRun =
  ({ cwd, env, signal }: Where): Run =>
  (program, args, { env: more = {}, input, timeout = 600_000, show = false, apart = false, signal: own } = {}) =>
    new Promise((resolve) => {
      if (signal?.aborted || own?.aborted) return resolve({ code: 137, stdout: '', stderr: `${program}: interrupted` });
      const output = show === true ? 'inherit' : 'pipe';
      const child = spawn(program, args, {
        cwd,
        env: { ...env, ...more },
        stdio: [input === undefined ? 'ignore' : 'pipe', output, output],
        timeout,
        killSignal: 'SIGKILL',
        detached: apart,
      });
      endWith(child, signal);
      endWith(child, own);
      const kept = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const)
        child[name]?.setEncoding('utf8').on('data', (text: string) => {
          if (show) process[name].write(text);
          if (kept[name].length < keptOutput) kept[name] += text;
        });
      child.once('error', (error) => resolve({ ...kept, code: 127, stderr: `${program}: ${error.message}` }));
      child.once('close', (code) => resolve({ ...kept, code: code ?? 137 }));
      child.stdin?.on('error', () => {}).end(input);
    });

/** A failure whose message says all that a person needs: it is printed without a stack. */
export class ScriptError extends Error {
  /** Of the verb that ends with it. */
  readonly exitCode: number = 1;
}

/** Somebody else is at what was asked for: nothing was begun, and later the same may be asked again. */
export class Refused extends ScriptError {
  override readonly exitCode = 3;
}

/** What the program said, or an error that says what was asked of it and what it answered. */
export async function must(ran: Promise<Ran>, doing: string): Promise<string> {
  const { code, stdout, stderr } = await ran;
  if (code === 0) return stdout;
  const said = (stderr || stdout).trim().split('\n').slice(-15).join('\n');
  throw new ScriptError(`${doing} failed (exit code ${code})${said ? `:\n${said}` : ''}`);
}
