import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { must, type Run, ScriptError } from '../platform/run.ts';
import { waitUntil } from '../platform/wait-until.ts';

type Deps = { root: string; run: Run; env: NodeJS.ProcessEnv };

export type AppProcess = AsyncDisposable & { base: string };

const main = 'app/src/main.ts';
const patience = 60_000;
/** A migration of a database of years may take as long. */
const longest = 1_800_000;

/** Runs one verb of the app on a database. */
export const runApp = async ({ run }: Deps, verb: string, databaseUrl: string): Promise<void> =>
  void (await must(run('node', [main, verb], { env: { DATABASE_URL: databaseUrl }, timeout: longest }), verb));

/** A replica of the service, as users reach it, on a database of its own and no other store. Disposing ends it. */
export async function startApp({ root, env }: Deps, databaseUrl: string, port: number): Promise<AppProcess> {
  const settings = { DATABASE_URL: databaseUrl, HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'error' };
  const child = spawn('node', [main, 'serve'], {
    cwd: root,
    env: { PATH: env['PATH'], NODE_OPTIONS: '--max-old-space-size=96', ...settings },
    stdio: 'ignore',
  });
  const base = `http://127.0.0.1:${port}`;
  const ready = async () => {
    const answer = await fetch(`${base}/health/ready`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    return answer?.ok || child.exitCode !== null || undefined;
  };
  async function stop() {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  await waitUntil(ready, { every: 200, within: patience, now: Date.now });
  if (child.exitCode === null && (await ready())) return { base, [Symbol.asyncDispose]: stop };
  await stop();
  throw new ScriptError('the service does not start on what was restored');
}

/** Where a short link leads, as a user's browser is told. */
export async function follow(base: string, code: string): Promise<string | undefined> {
  const answer = await fetch(`${base}/${code}`, { redirect: 'manual', signal: AbortSignal.timeout(5_000) });
  await answer.body?.cancel();
  return answer.headers.get('location') ?? undefined;
}
