import { countPastClicks, uncountPastClicks } from '../clicks/past.ts';
import type { ChangedCodes } from '../codes/short-code.ts';
import { eventRoutes } from '../events/routes.ts';
import type { Route } from '../http/route.ts';
import { createSlowReads } from '../limits/slow-reads.ts';
import { createTransact } from '../platform/transact.ts';
import { composeCodes } from './codes.ts';
import type { Core } from './core.ts';
import { composeUrlBulk } from './url-bulk.ts';
import { composeUrls } from './urls.ts';
import { composeUsers } from './users.ts';

type Needs = {
  /** After a commit: no replica answers from what it knew of these codes. */
  forgetCodes: (codes: ChangedCodes) => Promise<void>;
};

/** Of the connections for requests, what slow reads may take: they are the slowest that a client can ask for. */
const slowShare = 0.4;

/** Users, urls, events: the resources, each handed the functions of the others that it needs. */
export async function composeResources(core: Core, stack: AsyncDisposableStack, needs: Needs): Promise<Route[]> {
  const { nextCode } = await composeCodes(core);
  const { forgetCodes } = needs;
  const { db, config } = core;
  const atOnce = Math.max(1, Math.floor(slowShare * config.databasePoolSize));
  const slowly = createSlowReads({ db, atOnce, timeout: config.databaseTimeout });
  const urls = composeUrls(core, stack, { nextCode, forgetCodes, slowly });
  const users = composeUsers(core, { forgetCodes });
  const bulk = composeUrlBulk(core, { nextCode, forgetCodes });
  const counting = { countClicks: countPastClicks, uncountClicks: uncountPastClicks };
  const events = eventRoutes({ db, slowly, transact: createTransact(db), ...counting });
  return [...users, ...bulk, ...urls, ...events];
}
