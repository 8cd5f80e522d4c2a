import { setTimeout as sleep } from 'node:timers/promises';
import { must, type Run, ScriptError } from '../scripts/src/platform/run.ts';
import type { Compose } from '../scripts/src/stack/compose.ts';

type Deps = { run: Run; compose: Compose; script: string; base: string };

const longest = 3_600_000;
const pause = 200;

/** Where a link leads; undefined while nobody knows. */
async function follow(url: string): Promise<string | null | undefined> {
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.status === 302 ? answer.headers.get('location') : undefined;
}

/** Follows one link after another that no cache has, until one leads somewhere; answers when that was. */
async function untilFollowed(base: string, signal: AbortSignal): Promise<number> {
  for (let next = 1; !signal.aborted; next += 1) {
    if (await follow(`${base}/cost${next}`)) return performance.now();
    await sleep(pause);
  }
  throw new ScriptError('no link was followed until the restore ended');
}

/**
 * Takes Postgres away as a lost database does, restores the newest state, and answers in seconds after how long a link was
 * followed again that only the database knows, and after how long the verb ended: it ends with a full backup. Postgres is
 * started again when the stack is disposed of, once the verb has ended.
 */
export async function timeRestore(
  { run, compose, script, base }: Deps,
  stack: AsyncDisposableStack,
): Promise<{ served: number; ended: number }> {
  let restoring: Promise<unknown> = Promise.resolve();
  stack.defer(async () => {
    // The verb puts back what it has done itself, and does not know that Postgres was to run.
    await restoring.catch(() => {});
    await must(compose.run(['start', 'postgres']), 'starting Postgres');
  });
  await must(compose.run(['stop', 'postgres']), 'stopping Postgres');
  if (await follow(`${base}/cost500`)) throw new ScriptError('a link is followed without Postgres: a cache has it');
  const start = performance.now();
  const since = (moment: number) => (moment - start) / 1_000;
  const end = new AbortController();
  const followed = untilFollowed(base, end.signal).then(since);
  followed.catch(() => {});
  try {
    restoring = must(run(script, ['latest'], { timeout: longest, show: 'and keep' }), 'scripts/restore');
    await restoring;
  } finally {
    end.abort();
  }
  const ended = since(performance.now());
  return { served: await followed, ended };
}
