/** What may be refused while there is more to do than can be done: redirects last. */
export const works = ['other', 'redirect'] as const;
export type Work = (typeof works)[number];

export type Shedding = {
  /** The least that the event loop was late in a period, in milliseconds. */
  note(lateness: number): void;
  /** Whether this one is refused, so that others are answered in time. */
  refuses(work: Work): boolean;
};

/** Milliseconds of lateness from which a work is refused. A redirect costs a fraction of anything else. */
const from: Readonly<Record<Work, number>> = { other: 20, redirect: 100 };
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
    note(lateness: number): void {
      late = lateness >= from[work] ? late + 1 : 0;
      if (late >= inARow) share = Math.min(most[work], share + growth);
      else if (late === 0) share = Math.max(0, share - fall);
    },
    get share() {
      return share;
    },
  };
}

/** Refuses a growing share while the event loop stays late, of everything else first and of redirects last. */
export function createShedding(countRefused: (work: Work) => void, random: () => number = Math.random): Shedding {
  const shares = { other: createShare('other'), redirect: createShare('redirect') };
  return {
    note(lateness) {
      for (const work of works) shares[work].note(lateness);
    },
    refuses(work) {
      const { share } = shares[work];
      if (share === 0 || random() >= share) return false;
      countRefused(work);
      return true;
    },
  };
}

/** For where nothing is ever refused. */
export const noShedding: Shedding = { note() {}, refuses: () => false };
