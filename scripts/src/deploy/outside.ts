import { nameWord } from './request.ts';
import type { Ssh } from './ssh.ts';

type Deps = { ssh: Pick<Ssh, 'follow'>; signal?: AbortSignal };
type Looked = { url: string; commit: string; by: string };

const patience = 15_000;

async function answers(url: string, signals: readonly AbortSignal[]): Promise<boolean> {
  const signal = AbortSignal.any([AbortSignal.timeout(patience), ...signals]);
  const answer = await fetch(url, { redirect: 'manual', signal }).catch(() => undefined);
  return answer !== undefined && answer.status < 400;
}

/**
 * Whether a page answers from here. When it does not, the server is asked to go back to the release before; answers what
 * failed and what serves then.
 */
export async function lookFromHere({ ssh, signal }: Deps, { url, commit, by }: Looked): Promise<string | undefined> {
  if (await answers(url, signal ? [signal] : [])) return undefined;
  // Somebody has left: that says nothing of the page.
  signal?.throwIfAborted();
  const { code, last } = await ssh.follow('rollback', `BAD=${commit}`, `BY=${nameWord(by)}`, `ASKED_AT=${Date.now()}`);
  const failed = `failed at "smoke test from here": ${url} does not answer`;
  if (code === 0) return `${failed}; the release before serves again`;
  return `${failed}, and the server did not go back: ${last}; scripts/releases says what serves`;
}
