import { setTimeout as sleep } from 'node:timers/promises';
import { nameWord } from './request.ts';
import type { Ssh } from './ssh.ts';

type Deps = { ssh: Pick<Ssh, 'follow'>; print: (line: string) => void; signal?: AbortSignal };
type Looked = { url: string; commit: string; by: string };

/** Milliseconds. */
type Patience = {
  /** How long one attempt may take. */
  attempt: number;
  every: number;
  /** After which it is judged, whatever is under way. */
  within: number;
};

// A hiccup of the line, or the minute in which a first certificate comes, is no reason to take a good release back.
const usual: Patience = { attempt: 15_000, every: 5_000, within: 60_000 };

/** What the system says, without its advice. */
function causeOf(error: Error): string {
  const { message, code } = (error.cause ?? error) as NodeJS.ErrnoException;
  return message.split(';')[0] || String(code);
}

/** Why a page does not answer; nothing when it does. */
async function askOnce(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { status, body } = await fetch(url, { redirect: 'manual', signal });
    await body?.cancel();
    return status < 400 ? undefined : `status ${status}`;
  } catch (error) {
    return causeOf(error as Error);
  }
}

/** Asks until a page answers or the time is up; answers why it does not. */
async function ask({ print, signal }: Deps, url: string, { attempt, every, within }: Patience) {
  const ends = [AbortSignal.timeout(within), ...(signal ? [signal] : [])];
  const end = AbortSignal.any(ends);
  let seen: string | undefined;
  for (;;) {
    const why = await askOnce(url, AbortSignal.any([AbortSignal.timeout(attempt), end]));
    // That the last attempt was cut off says less than what the one before has seen.
    if (why === undefined || end.aborted) return why && (seen ?? why);
    seen = why;
    print(`${url} does not answer from here yet: ${why}`);
    await sleep(every, undefined, { signal: end }).catch(() => {});
    if (end.aborted) return seen;
  }
}

/**
 * Whether a page answers from here, within a minute. When it does not, the server is asked to go back to the release before;
 * answers what failed and what serves then.
 */
export async function lookFromHere(
  deps: Deps,
  { url, commit, by }: Looked,
  patience: Patience = usual,
): Promise<string | undefined> {
  const why = await ask(deps, url, patience);
  if (why === undefined) {
    deps.print(`${url} answers from here`);
    return undefined;
  }
  // Somebody has left: that says nothing of the page.
  deps.signal?.throwIfAborted();
  const words = [`BAD=${commit}`, `BY=${nameWord(by)}`, `ASKED_AT=${Date.now()}`];
  const { code, last } = await deps.ssh.follow('rollback', ...words);
  const failed = `failed at "smoke test from here": ${url} does not answer (${why})`;
  if (code === 0) return `${failed}; the release before serves again`;
  return `${failed}, and the server did not go back: ${last}; scripts/releases says what serves`;
}
