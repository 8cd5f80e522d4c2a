import type { ChangedCodes } from '../codes/short-code.ts';
import { insertDeletions, recentDeletions } from '../events/store.ts';
import { AppError } from '../http/problem.ts';
import type { Route } from '../http/route.ts';
import { createLane } from '../limits/lane.ts';
import { isPostgresDown } from '../platform/postgres-failure.ts';
import { keepIdsAhead } from '../platform/sequence.ts';
import { createTransact } from '../platform/transact.ts';
import { type Commit, createCommit } from '../urls/commit.ts';
import { createUrlsOfUser } from '../urls/of-user.ts';
import { createUserImport } from '../users/import.ts';
import { userRoutes } from '../users/routes.ts';
import { createUserRemoval } from '../users/service.ts';
import { uploadLimits } from './body-limits.ts';
import type { Core } from './core.ts';

type Needs = {
  /** After a commit: no replica answers from what it knew of these codes. */
  forgetCodes: (codes: ChangedCodes) => Promise<void>;
};

/** One removal at a time, so that ingestion and bulk work keep a connection; whoever would wait for longer is told. */
const removals = { atOnce: 1, mostWaiting: 10, longestWait: 1_800 };
/** What a transaction takes, and the clocks of Postgres and of this machine differ, at most: milliseconds. */
const clocksApart = 60_000;
const busy = () => new AppError('too_many', 'Too many users are being removed', { headers: { 'Retry-After': '3' } });

/** Users. What touches many rows takes the connections for long work. */
export function composeUsers(core: Core, { forgetCodes }: Needs): Route[] {
  const { db, background, config, bodyRoom, signal } = core;
  const transact = createTransact(background);
  const commitAtOnce = createCommit({ transact, forgetCodes, isDown: isPostgresDown, signal });
  const inLane = createLane({ ...removals, busy });
  const commit: Commit = (work, wait) => inLane(() => commitAtOnce(work, wait));
  // A shared entry may live a tenth longer than is set, and a replica that reads it at its end keeps it as long again.
  const remembered = 2.1 * config.cacheTtl * 1_000 + clocksApart;
  const urls = createUrlsOfUser({ insertDeletions, recentDeletions, remembered });
  return userRoutes({
    db,
    transact: createTransact(db),
    removal: createUserRemoval({ commit, urls }),
    importUsers: createUserImport({ transact, keepIdsAhead }),
    bulkLimits: uploadLimits(config, bodyRoom),
  });
}
