import { setTimeout as sleep } from 'node:timers/promises';
import type { ShortCode } from '../codes/short-code.ts';
import type { Link } from './target.ts';

type Deps = {
  lookup: (code: ShortCode) => Promise<Link | null>;
  /** What may be served when nobody is left to ask; undefined where there is nothing, or somebody vouches for less. */
  lastKnown: (code: ShortCode) => Link | undefined;
  /** Whether Postgres answered when it was last asked. */
  reachable: () => boolean;
  /** Asks it now. */
  answers: () => Promise<boolean>;
};

export type Answer = { link: Link | null; stale: boolean };

/** How often a request that has a last known answer looks whether Postgres is still there, in milliseconds. */
const patience = 100;

/**
 * Asks Postgres, and falls back on what was last known where Postgres is gone: stopped, paused, unreachable. One that is
 * only slow is waited for, as somebody may have changed the link through it.
 */
export function createAskPostgres({ lookup, lastKnown, reachable, answers }: Deps) {
  const stale = (code: ShortCode): Answer | undefined => {
    const link = lastKnown(code);
    return link && { link, stale: true };
  };
  const ask = async (code: ShortCode): Promise<Answer> => {
    try {
      return { link: await lookup(code), stale: false };
    } catch (error) {
      const known = stale(code);
      if (known && !(await answers())) return known;
      throw error;
    }
  };
  const gone = async (code: ShortCode, asked: Promise<Answer>): Promise<Answer> => {
    const over = asked.then(
      () => true,
      () => true,
    );
    while ((await Promise.race([over, sleep(patience, false)])) === false) {
      const known = reachable() ? undefined : stale(code);
      if (known) return known;
    }
    return asked;
  };
  return (code: ShortCode): Promise<Answer> => {
    const known = stale(code);
    if (!known) return ask(code);
    return reachable() ? gone(code, ask(code)) : Promise.resolve(known);
  };
}
