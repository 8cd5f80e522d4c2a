import { parseCode, type ShortCode } from '../codes/short-code.ts';
import type { Trx } from '../database.ts';
import type { NewEvent } from '../events/event.ts';
import { changesOf, urlEvent } from './history.ts';
import { deleteUrl, deleteUrlsOfUser, lockUrl, updateUrl } from './store.ts';
import type { UrlRow } from './table.ts';
import type { CountedUrlRow, UrlChange } from './url.ts';

type Deps = {
  /** Runs work in a transaction, again where Postgres ended it for no fault of its own. */
  transact: <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;
  insertEvents: (trx: Trx, events: readonly NewEvent[]) => Promise<unknown>;
  /** After a commit: no replica answers from what it knew of these codes. */
  forgetCodes: (codes: readonly ShortCode[]) => Promise<void>;
};

export type UrlService = {
  /** Changes what is given; where that changes nothing, nothing is written. Undefined where there is no such url. */
  change(id: number, change: UrlChange): Promise<CountedUrlRow | undefined>;
  /** Takes a url away; its history stays. False where there is no such url. */
  remove(id: number): Promise<boolean>;
  /** Takes a user's urls away in the caller's transaction, who forgets the codes that it answers after the commit. */
  removeUrlsOfUser(trx: Trx, userId: number): Promise<ShortCode[]>;
};

/** Urls removed by one statement: bounds what is held of them at once. */
const chunk = 2_000;

const codesOf = (rows: readonly UrlRow[]): ShortCode[] =>
  rows.map(({ short_code }) => parseCode(short_code)).filter((code) => code !== undefined);

/** Changes and removals: the row and its event in one transaction, then the caches. */
export function createUrlService({ transact, insertEvents, forgetCodes }: Deps): UrlService {
  const changeIn = async (trx: Trx, id: number, wanted: UrlChange) => {
    const before = await lockUrl(trx, id);
    if (!before) return undefined;
    const changed = changesOf(before, wanted);
    if (!changed) return { row: before, changed: false };
    const after = await updateUrl(trx, id, wanted);
    await insertEvents(trx, [urlEvent('updated', after, { changed })]);
    return { row: { ...after, click_count: before.click_count }, changed: true };
  };
  return {
    async change(id, wanted) {
      const result = await transact((trx) => changeIn(trx, id, wanted));
      if (result?.changed) await forgetCodes(codesOf([result.row]));
      return result?.row;
    },
    async remove(id) {
      const gone = await transact(async (trx) => {
        const row = await deleteUrl(trx, id);
        if (row) await insertEvents(trx, [urlEvent('deleted', row)]);
        return row;
      });
      if (gone) await forgetCodes(codesOf([gone]));
      return gone !== undefined;
    },
    async removeUrlsOfUser(trx, userId) {
      const codes: ShortCode[] = [];
      for (;;) {
        const gone = await deleteUrlsOfUser(trx, userId, chunk);
        if (gone.length === 0) return codes;
        await insertEvents(
          trx,
          gone.map((row) => urlEvent('deleted', row)),
        );
        codes.push(...codesOf(gone));
      }
    },
  };
}
