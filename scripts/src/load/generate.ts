import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ScriptError } from '../platform/run.ts';
import { startBounded } from './bounded-k6.ts';
import type { K6 } from './k6.ts';
import { type Live, watchK6 } from './k6-live.ts';
import type { Used } from './knee-use.ts';
import type { Summary } from './summary.ts';

type Deps = { root: string; env: NodeJS.ProcessEnv; k6: K6; signal: AbortSignal; now: () => number };

/** `used`: what k6 had taken at each look, the newest last. */
export type Generated = {
  summary: Summary;
  log: string;
  cpus: number;
  used: Used[];
  live: Live[];
  /** Whether it was ended as it took longer than it may. */
  late: boolean;
};

type Order = {
  /** Name of a file in k6/. */
  scenario: string;
  env: Readonly<Record<string, string>>;
  /** Longest that k6 may take for it. */
  seconds: number;
  /** Told what k6 has counted, about once a second. */
  progress: (live: Live) => void;
};

const every = 1_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** Without k6's own settings: they go before a scenario's, and one of them takes its thresholds away. */
const plain = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('K6_')));

/** What k6 uses, looked at until it ends: a process that is gone cannot be asked any more. Grows as it goes. */
function measure(child: ChildProcess, { k6, signal, now }: Pick<Deps, 'k6' | 'signal' | 'now'>): Used[] {
  const start = now();
  const used: Used[] = [];
  const look = async () => {
    while (!signal.aborted) {
      const cpuSeconds = await k6.cpuSeconds(child.pid ?? 0);
      // Less than before is of what is left when k6 is gone.
      if (cpuSeconds > 0 && cpuSeconds >= (used.at(-1)?.cpuSeconds ?? 0))
        used.push({ seconds: (now() - start) / 1_000, cpuSeconds });
      await sleep(every / 2, undefined, { signal }).catch(() => {});
    }
  };
  look().catch(() => {});
  return used;
}

function cpusOf(used: readonly Used[]): number {
  const last = used.at(-1);
  return last && last.seconds > 0 ? last.cpuSeconds / last.seconds : 0;
}

/** What timeout(1) ends with where it has ended what it ran: by TERM, or by KILL. */
const endedByLimit: ReadonlySet<number> = new Set([124, 137]);

async function readSummary(folder: string, log: string): Promise<Summary> {
  const text = await readFile(join(folder, 'summary.json'), 'utf8').catch(() => undefined);
  if (text !== undefined) return JSON.parse(text) as Summary;
  throw new ScriptError(`k6 ended without a result:\n${log.split('\n').slice(-15).join('\n')}`);
}

/**
 * Runs a scenario to its end. When the signal comes, k6 is asked to stop and its figures until then count; where it has come
 * before, k6 is not started, and this throws. Nothing of k6 is left when this ends.
 */
export async function generate({ root, env: base, k6, signal, now }: Deps, order: Order): Promise<Generated> {
  signal.throwIfAborted();
  const folder = await mkdtemp(join(root, 'results', 'k6-'));
  const port = await freePort();
  const log = join(folder, 'k6.log');
  // Not as arguments: whoever may list processes would read the key.
  const env = { ...plain(base), ...order.env, SUMMARY: join(folder, 'summary.json') };
  const args = [
    ...['run', '--quiet', '--no-usage-report', '--no-color', '--address', `127.0.0.1:${port}`],
    ...['--log-output', `file=${log}`, '--log-format', 'raw'],
    join('k6', `${order.scenario}.ts`),
  ];
  const ended = new AbortController();
  const child = startBounded([k6.command, ...k6.args, ...args], { cwd: root, env, seconds: order.seconds });
  const closed = once(child, 'close').finally(() => ended.abort());
  try {
    const stop = () => child.kill('SIGINT');
    signal.addEventListener('abort', stop, { once: true });
    const used = measure(child, { k6, signal: ended.signal, now });
    const live: Live[] = [];
    const watching = (async () => {
      for await (const seen of watchK6({ port, every, signal: ended.signal, now })) {
        live.push(seen);
        order.progress(seen);
      }
    })();
    const [[code]] = await Promise.all([closed, watching]);
    signal.removeEventListener('abort', stop);
    const said = await readFile(log, 'utf8').catch(() => '');
    return {
      summary: await readSummary(folder, said),
      log: said,
      cpus: cpusOf(used),
      used,
      live,
      late: endedByLimit.has(Number(code)),
    };
  } finally {
    ended.abort();
    child.kill('SIGTERM');
    await closed.catch(() => {});
    await rm(folder, { recursive: true, force: true });
  }
}
