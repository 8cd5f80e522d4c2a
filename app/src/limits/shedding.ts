/** What may be refused while there is more to do than can be done: redirects last. */
export const works = ['other', 'redirect'] as const;
export type Work = (typeof works)[number];

type Deps = {
  countRefused: (work: Work) => void;
  /** Milliseconds after which a wait for a connection to Postgres is given up. */
  longestWait: number;
  random?: () => number;
};

/** One period: the least by which the event loop was late, and the least wait for a connection where there was one; in ms. */
export type Period = { lateness: number; wait: number | undefined };

export type Shedding = {
  note(period: Period): void;
  /** Whether this one is refused, so that others are answered in time. */
  refuses(work: Work): boolean;
};

/** Lateness of the event loop from which redirects are refused: never where nothing else is. */
const lateForRedirects = 150;
/** And everything else: soon where redirects wait as well, each a fraction of its cost; else when they wait long themselves. */
const lateForOthers = { besideRedirects: 50, alone: 250 } as const;
/** Share of the longest wait for a connection from which what needs one is refused: well before it would be given up. */
const longWait = 0.6;
/** Some redirects are always answered: of nothing at all nobody could tell when it is over. */
const most: Readonly<Record<Work, number>> = { other: 1, redirect: 0.9 };
/** Late periods in a row before anything is refused: one may be another process's moment. */
const inARow = 3;
/** How the share grows in a late period, and falls in another one: back to nothing within two seconds. */
const growth = 0.25;
const fall = 0.05;

/** One work's share of refusals, from 0 to `most`. */
function createShare(work: Work) {
  let late = 0;
  let share = 0;
  return {
    note(isLate: boolean): void {
      late = isLate ? late + 1 : 0;
      if (late >= inARow) share = Math.min(most[work], share + growth);
      else if (late === 0) share = Math.max(0, share - fall);
    },
    get share() {
      return share;
    },
  };
}

/**
 * Refuses a growing share while a queue stands: the event loop's, of everything else first and of redirects last; or that
 * for connections to Postgres, of everything else. Many clients at once are no overload as long as each gets its answer.
 */
export function createShedding({ countRefused, longestWait, random = Math.random }: Deps): Shedding {
  const shares = { other: createShare('other'), redirect: createShare('redirect') };
  let redirects = 0;
  return {
    note({ lateness, wait }) {
      const late = lateness >= (redirects > 0 ? lateForOthers.besideRedirects : lateForOthers.alone);
      redirects = 0;
      // Late for redirects only where it is for the rest, so that their share is never the larger one.
      shares.redirect.note(late && lateness >= lateForRedirects);
      shares.other.note(late || (wait ?? 0) >= longWait * longestWait);
    },
    refuses(work) {
      if (work === 'redirect') redirects += 1;
      const { share } = shares[work];
      if (share === 0 || random() >= share) return false;
      countRefused(work);
      return true;
    },
  };
}

/** For where nothing is ever refused. */
export const noShedding: Shedding = { note() {}, refuses: () => false };
