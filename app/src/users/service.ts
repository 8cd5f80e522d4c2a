import type { ShortCode } from '../codes/short-code.ts';
import type { Trx } from '../database.ts';
import { deleteUser, lockUser } from './store.ts';

type Deps = {
  transact: <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;
  /** Removes a user's urls with their events, and answers their codes. */
  removeUrlsOfUser: (trx: Trx, userId: number) => Promise<readonly ShortCode[]>;
  /** Resolves when no replica redirects these codes by what it remembers. */
  forgetCodes: (codes: readonly ShortCode[]) => Promise<void>;
};

/** Removes a user and all its urls at once; whether there was one. Once it has answered, none of them redirects. */
export const createUserRemoval =
  ({ transact, removeUrlsOfUser, forgetCodes }: Deps) =>
  async (id: number): Promise<boolean> => {
    const codes = await transact(async (trx) => {
      // Whoever is adding a url for this user either was first, and it goes too, or finds no user.
      if (!(await lockUser(trx, id))) return undefined;
      const removed = await removeUrlsOfUser(trx, id);
      await deleteUser(trx, id);
      return removed;
    });
    if (codes && codes.length > 0) await forgetCodes(codes);
    return codes !== undefined;
  };
