import type { ShortCode } from '../codes/short-code.ts';
import { unavailable } from '../http/problem.ts';
import type { Link } from './target.ts';

type Deps = {
  findLinks: (codes: readonly ShortCode[]) => Promise<Map<string, Link>>;
};

type Waiting = { code: ShortCode; resolve: (link: Link | null) => void; reject: (error: unknown) => void };

/** Queries under way at once; what comes meanwhile goes together with the next. */
const queries = 3;
const codesAQuery = 500;
/** Codes that may wait for a query; more are refused at once. */
const mostWaiting = 10_000;

/**
 * Asks Postgres for links: codes that come while queries are under way share the next one, so that a burst of unknown
 * codes is a few queries and not one each. Answers null for a code that does not exist.
 */
export function createLookup({ findLinks }: Deps): (code: ShortCode) => Promise<Link | null> {
  const waiting: Waiting[] = [];
  let running = 0;

  const ask = async (batch: Waiting[]): Promise<void> => {
    try {
      const links = await findLinks(batch.map(({ code }) => code));
      for (const { code, resolve } of batch) resolve(links.get(code) ?? null);
    } catch (error) {
      // Those behind share the fate instead of waiting out the same time-out once more.
      for (const { reject } of [...batch, ...waiting.splice(0)]) reject(error);
    }
  };

  const next = (): void => {
    if (running >= queries || waiting.length === 0) return;
    const batch = waiting.splice(0, codesAQuery);
    running += 1;
    void ask(batch).finally(() => {
      running -= 1;
      next();
    });
  };

  return (code) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= mostWaiting) return reject(unavailable('Too many links are being looked up'));
      waiting.push({ code, resolve, reject });
      // At the end of the turn, with what else came in it.
      if (waiting.length === 1) setImmediate(next);
      return undefined;
    });
}
