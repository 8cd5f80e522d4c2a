import type { ChangedCodes } from '../codes/short-code.ts';
import type { Trx } from '../database.ts';
import { deleteUser, lockUser } from './store.ts';

type Deps = {
  /** Runs work in a transaction; after it no replica redirects the noted codes by what it remembers. */
  commit: (
    work: (trx: Trx, note: (codes: ChangedCodes) => void) => Promise<boolean>,
    wait: (trx: Trx) => Promise<unknown>,
  ) => Promise<boolean>;
  /** Removes a user's urls with their events, and answers which codes that are. */
  removeUrlsOfUser: (trx: Trx, userId: number) => Promise<ChangedCodes>;
};

/** Removes a user and all its urls at once; whether there was one. Once it has answered, none of them redirects. */
export const createUserRemoval =
  ({ commit, removeUrlsOfUser }: Deps) =>
  (id: number): Promise<boolean> =>
    commit(
      async (trx, note) => {
        // Whoever is adding a url for this user either was first, and it goes too, or finds no user.
        if (!(await lockUser(trx, id))) return false;
        note(await removeUrlsOfUser(trx, id));
        await deleteUser(trx, id);
        return true;
      },
      (trx) => lockUser(trx, id),
    );
