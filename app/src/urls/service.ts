import { codesIn } from '../codes/short-code.ts';
import type { Trx } from '../database.ts';
import type { NewEvent } from '../events/event.ts';
import type { Commit } from './commit.ts';
import { changesOf, urlEvent } from './history.ts';
import { codesOfDeleted, deleteUrl, lockUrl, updateUrl } from './store.ts';
import type { CountedUrlRow, UrlChange } from './url.ts';

type Deps = {
  commit: Commit;
  insertEvents: (trx: Trx, events: readonly NewEvent[]) => Promise<unknown>;
};

export type UrlService = {
  /** Changes what is given; where that changes nothing, nothing is written. Undefined where there is no such url. */
  change(id: number, change: UrlChange): Promise<CountedUrlRow | undefined>;
  /** Takes a url away; its history stays. False where there is no such url. */
  remove(id: number): Promise<boolean>;
};

/**
 * Changes and removals: the row and its event in one transaction, then the caches. These are told also where a request
 * finds nothing to change, as it may repeat one that was committed and never answered.
 */
export function createUrlService({ commit, insertEvents }: Deps): UrlService {
  const changeIn = async (trx: Trx, before: CountedUrlRow, wanted: UrlChange): Promise<CountedUrlRow> => {
    const changed = changesOf(before, wanted);
    if (!changed) return before;
    const after = await updateUrl(trx, before.id, wanted);
    await insertEvents(trx, [urlEvent('updated', after, { changed })]);
    return { ...after, click_count: before.click_count };
  };
  return {
    change: (id, wanted) =>
      commit(
        async (trx, note) => {
          const before = await lockUrl(trx, id);
          if (!before) return undefined;
          note(codesIn([before.short_code]));
          return changeIn(trx, before, wanted);
        },
        (trx) => lockUrl(trx, id),
      ),
    remove: (id) =>
      commit(
        async (trx, note) => {
          const row = await deleteUrl(trx, id);
          note(codesIn(row ? [row.short_code] : await codesOfDeleted(trx, id)));
          if (row) await insertEvents(trx, [urlEvent('deleted', row)]);
          return row !== undefined;
        },
        (trx) => lockUrl(trx, id),
      ),
  };
}
