import type { ChangedCodes } from '../codes/short-code.ts';
import type { Trx } from '../database.ts';
import { AppError } from '../http/problem.ts';
import { deleteUser, lockUser } from './store.ts';

type Deps = {
  /** Runs work in a transaction; after it no replica redirects the noted codes by what it remembers. */
  commit: <T>(
    work: (trx: Trx, note: (codes: ChangedCodes) => void) => Promise<T>,
    wait: (trx: Trx) => Promise<unknown>,
  ) => Promise<T>;
  /** Removes at most `most` of a user's urls with their events, and answers how many and which codes that are. */
  removeUrlsOfUser: (trx: Trx, userId: number, most: number) => Promise<{ removed: number; codes: ChangedCodes }>;
  /** Whether more urls than so many belong to a user. */
  hasMoreUrls: (trx: Trx, userId: number, than: number) => Promise<boolean>;
  /** Urls that one request may remove at most: its time is bounded by their number alone. */
  most?: number;
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

const mostAtOnce = 50_000;

/** Taking users and their urls away, a transaction each. */
export function createUserRemoval({ commit, removeUrlsOfUser, hasMoreUrls, most = mostAtOnce }: Deps): UserRemoval {
  const tooMany = (id: number) =>
    new AppError('conflict', `the user has more than ${most} urls: take these away first, by DELETE /users/${id}/urls`);
  // Whoever is adding a url for this user either was first, and it goes too, or finds no user.
  const hold = (trx: Trx, id: number) => lockUser(trx, id);
  return {
    removeUser: (id) =>
      commit(
        async (trx, note) => {
          if (!(await hold(trx, id))) return false;
          if (await hasMoreUrls(trx, id, most)) throw tooMany(id);
          note((await removeUrlsOfUser(trx, id, most)).codes);
          await deleteUser(trx, id);
          return true;
        },
        (trx) => hold(trx, id),
      ),
    removeUrls: (id) =>
      commit(
        async (trx, note) => {
          if (!(await hold(trx, id))) return undefined;
          const { removed, codes } = await removeUrlsOfUser(trx, id, most);
          note(codes);
          return { removed, more: await hasMoreUrls(trx, id, 0) };
        },
        (trx) => hold(trx, id),
      ),
  };
}
