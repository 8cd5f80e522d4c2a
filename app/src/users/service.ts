import type { ChangedCodes } from '../codes/short-code.ts';
import type { Trx } from '../database.ts';
import { AppError } from '../http/problem.ts';
import { deleteUser, holdUser, lockUser } from './store.ts';

type Deps = {
  /** Runs work in a transaction; after it no replica redirects the noted codes by what it remembers. */
  commit: <T>(
    work: (trx: Trx, note: (codes: ChangedCodes) => void) => Promise<T>,
    wait: (trx: Trx) => Promise<unknown>,
  ) => Promise<T>;
  urls: {
    /** Removes at most `most` urls of a user with their events, and answers how many that are and what to forget. */
    remove: (trx: Trx, userId: number, most: number) => Promise<{ removed: number; codes: ChangedCodes }>;
    /** Whether a user has more than so many. */
    areMore: (trx: Trx, userId: number, than: number) => Promise<boolean>;
  };
};

export type UserRemoval = {
  /**
   * Removes a user and all its urls at once; whether there was one. Once it has answered, none of them redirects. A user
   * with more urls than one request may remove is a 409, and nothing changes.
   */
  removeUser(id: number): Promise<boolean>;
  /**
   * Removes so many of a user's urls as one request may, at once, and answers how many, and whether there are more; the
   * user stays. Undefined where there is no such user.
   */
  removeUrls(id: number): Promise<{ removed: number; more: boolean } | undefined>;
};

/** Urls that one request may remove: its time, and how long it holds them against others, grows with their number. */
export const mostUrlsAtOnce = 20_000;

const tooMany = (id: number) =>
  new AppError(
    'conflict',
    `the user has more than ${mostUrlsAtOnce} urls: take these away first, by DELETE /users/${id}/urls`,
  );

/** Taking users and their urls away, a transaction each. */
export function createUserRemoval({ commit, urls }: Deps): UserRemoval {
  return {
    removeUser: (id) =>
      commit(
        async (trx, note) => {
          // Whoever is adding a url for this user either was first, and it goes too, or finds no user.
          const isThere = await lockUser(trx, id);
          if (isThere && (await urls.areMore(trx, id, mostUrlsAtOnce))) throw tooMany(id);
          note((await urls.remove(trx, id, mostUrlsAtOnce)).codes);
          if (isThere) await deleteUser(trx, id);
          return isThere;
        },
        (trx) => lockUser(trx, id),
      ),
    removeUrls: (id) =>
      commit(
        async (trx, note) => {
          const isThere = await holdUser(trx, id);
          const { removed, codes } = await urls.remove(trx, id, mostUrlsAtOnce);
          note(codes);
          return isThere ? { removed, more: await urls.areMore(trx, id, 0) } : undefined;
        },
        (trx) => holdUser(trx, id),
      ),
  };
}
