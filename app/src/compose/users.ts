import type { ChangedCodes } from '../codes/short-code.ts';
import type { Trx } from '../database.ts';
import type { Route } from '../http/route.ts';
import { isPostgresDown } from '../platform/postgres-failure.ts';
import { keepIdsAhead } from '../platform/sequence.ts';
import { createTransact } from '../platform/transact.ts';
import { createCommit } from '../urls/commit.ts';
import type { Removal } from '../urls/service.ts';
import { hasMoreUrls } from '../urls/store.ts';
import { createUserImport } from '../users/import.ts';
import { userRoutes } from '../users/routes.ts';
import { createUserRemoval } from '../users/service.ts';
import { uploadLimits } from './body-limits.ts';
import type { Core } from './core.ts';

type Needs = {
  removeUrlsOfUser: (trx: Trx, userId: number, most: number) => Promise<Removal>;
  forgetCodes: (codes: ChangedCodes) => Promise<void>;
};

/** Users. What touches many rows takes the connections for long work. */
export function composeUsers({ db, background, config, bodyRoom, signal }: Core, needs: Needs): Route[] {
  const { removeUrlsOfUser, forgetCodes } = needs;
  const transact = createTransact(background);
  const commit = createCommit({ transact, forgetCodes, isDown: isPostgresDown, signal });
  return userRoutes({
    db,
    transact: createTransact(db),
    removal: createUserRemoval({ commit, removeUrlsOfUser, hasMoreUrls }),
    importUsers: createUserImport({ transact, keepIdsAhead }),
    bulkLimits: uploadLimits(config, bodyRoom),
  });
}
