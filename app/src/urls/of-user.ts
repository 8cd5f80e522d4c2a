import { type ChangedCodes, codesIn, joinCodes, mostTold } from '../codes/short-code.ts';
import type { Trx } from '../database.ts';
import { deleteUrlsOfUser, hasMoreUrls } from './store.ts';

type Deps = {
  /** Tells the history of urls of one user that were taken away, however many they are. */
  insertDeletions: (trx: Trx, userId: number, urlIds: readonly number[]) => Promise<void>;
  /** Codes of a user's urls that were deleted after a moment, newest first, `most` of them. */
  recentDeletions: (trx: Trx, userId: number, since: Date, most: number) => Promise<string[]>;
  /** How long any replica or cache may remember a url, in milliseconds. */
  remembered: number;
};

/** What a transaction has taken away. */
export type Removal = { readonly removed: number; readonly codes: ChangedCodes };

/** All urls of one user, in the caller's transaction. */
export type UrlsOfUser = {
  /**
   * Takes at most `most` of them away, and answers how many, and which codes are to be forgotten after the commit. Those of
   * urls that were deleted not long ago are among them: whoever deleted these may have told nobody.
   */
  remove(trx: Trx, userId: number, most: number): Promise<Removal>;
  /** Whether there are more than so many. */
  areMore(trx: Trx, userId: number, than: number): Promise<boolean>;
};

/** Urls removed by one statement: bounds what is held of them at once. */
const chunk = 5_000;

export function createUrlsOfUser({ insertDeletions, recentDeletions, remembered }: Deps): UrlsOfUser {
  const deletedEarlier = async (trx: Trx, userId: number): Promise<ChangedCodes> => {
    const since = new Date(Date.now() - remembered);
    return joinCodes([], codesIn(await recentDeletions(trx, userId, since, mostTold + 1)));
  };
  return {
    async remove(trx, userId, most) {
      let codes = await deletedEarlier(trx, userId);
      let [removed, last] = [0, 0];
      while (removed < most) {
        const gone = await deleteUrlsOfUser(trx, userId, last, Math.min(chunk, most - removed));
        // Fewer than were asked for are not the last: those that somebody else deleted at that moment are left out.
        if (gone.length === 0) break;
        const ids = gone.map(({ id }) => id);
        await insertDeletions(trx, userId, ids);
        codes = joinCodes(codes, codesIn(gone.map(({ short_code }) => short_code)));
        [removed, last] = [removed + gone.length, ids.at(-1) ?? last];
      }
      return { removed, codes };
    },
    areMore: hasMoreUrls,
  };
}
