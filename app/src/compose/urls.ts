import type { ChangedCodes, ShortCode } from '../codes/short-code.ts';
import { publicAddress } from '../config.ts';
import type { SlowReads } from '../database.ts';
import { insertEvents } from '../events/store.ts';
import type { Route } from '../http/route.ts';
import { createOnce, removeOldKeys } from '../idempotency/store.ts';
import { createBusyness } from '../platform/event-loop.ts';
import { isPostgresDown } from '../platform/postgres-failure.ts';
import { createTransact } from '../platform/transact.ts';
import { createCommit } from '../urls/commit.ts';
import { createCreator } from '../urls/create.ts';
import { createRoutes } from '../urls/create-routes.ts';
import { urlRoutes } from '../urls/routes.ts';
import { createSearching } from '../urls/searching.ts';
import { createUrlService } from '../urls/service.ts';
import { urlSchemas } from '../urls/url.ts';
import type { Core } from './core.ts';
import { runLoop } from './loop.ts';
import { composeRanking } from './ranking.ts';

type Needs = {
  nextCode: () => Promise<ShortCode>;
  forgetCodes: (codes: ChangedCodes) => Promise<void>;
  slowly: SlowReads;
};

const cleaningInterval = 600_000;

/** The urls: creation, once per Idempotency-Key; changes, removal and lists. */
export function composeUrls(
  core: Core,
  stack: AsyncDisposableStack,
  { nextCode, forgetCodes, slowly }: Needs,
): Route[] {
  const { db, background, config, log, signal } = core;
  const transact = createTransact(db);
  const commit = createCommit({ transact, forgetCodes, isDown: isPostgresDown, signal });
  const service = createUrlService({ commit, insertEvents });
  const isBusy = createBusyness();
  const creator = createCreator({ db, transact, nextCode, insertEvents, forgetCodes, isDown: isPostgresDown, isBusy });
  const address = publicAddress(config);
  const common = { publicAddress: address, schemas: urlSchemas(address) };
  const clean = async (): Promise<void> => void (await removeOldKeys(background));
  const onError = (error: unknown) => log.warn('old idempotency keys cannot be removed', { error });
  runLoop(stack, clean, { interval: cleaningInterval, onError });
  const once = createOnce(transact);
  const wantRanks = composeRanking(core, stack);
  const searching = createSearching({ db, slowly });
  const resource = urlRoutes({ db, service, wantRanks, searching, ...common });
  return [...resource, ...createRoutes({ creator, once, ...common })];
}
