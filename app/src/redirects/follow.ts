import type { ShortCode } from '../codes/short-code.ts';
import type { Resolve, Timings } from './resolve.ts';
import type { Use } from './store.ts';
import { decide, type Link, type Refusal, refusalOf } from './target.ts';

type Deps = {
  resolve: Resolve;
  spend: (code: ShortCode) => Promise<Use>;
  /** Whether a use is left, without taking it. */
  lookAtUses: (code: ShortCode) => Promise<Use>;
  /** Milliseconds since the epoch, and monotonic ones. */
  time: () => number;
  now: () => number;
};

/** What a request for a code gets. */
export type Outcome = { kind: 'follow'; link: Link } | { kind: 'refused'; refusal: Refusal };
export type Asked = { outcome: Outcome; timings: Timings };

export type Follow = {
  /** The outcome where this replica can tell by itself at `now` (monotonic ms), else undefined. */
  atOnce(code: ShortCode, now: number): Outcome | undefined;
  /** The outcome for a redirect: takes a use of a link that counts them. */
  redirect(code: ShortCode): Promise<Asked>;
  /** The outcome for a look at a link: takes nothing. */
  look(code: ShortCode): Promise<Asked>;
};

function outcomeOf(use: Use, now: number): Outcome {
  if (use === null) return { kind: 'refused', refusal: 'missing' };
  const refusal = refusalOf(use.link, now) ?? (use.granted ? undefined : 'used_up');
  return refusal ? { kind: 'refused', refusal } : { kind: 'follow', link: use.link };
}

/** Decides what requests for codes get, from what the caches know and what Postgres counts. */
export function createFollow({ resolve, spend, lookAtUses, time, now }: Deps): Follow {
  const ask = async (code: ShortCode, use: (code: ShortCode) => Promise<Use>): Promise<Asked> => {
    const known = resolve.peek(code, now());
    const { link, timings } = known === undefined ? await resolve.find(code) : { link: known, timings: {} };
    const decision = decide(link, time());
    if (decision.kind !== 'limited') return { outcome: decision, timings };
    const started = now();
    const outcome = outcomeOf(await use(code), time());
    return { outcome, timings: { ...timings, db: (timings.db ?? 0) + now() - started } };
  };
  return {
    atOnce(code, at) {
      const link = resolve.peek(code, at);
      if (link === undefined) return undefined;
      const decision = decide(link, time());
      return decision.kind === 'limited' ? undefined : decision;
    },
    redirect: (code) => ask(code, spend),
    look: (code) => ask(code, lookAtUses),
  };
}
