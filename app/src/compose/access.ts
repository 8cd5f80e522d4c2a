import { createGuard } from '../access/guard.ts';
import { keyLease } from '../access/key.ts';
import { createKeyring } from '../access/keyring.ts';
import { keyRoutes } from '../access/routes.ts';
import { findLiveKeys, touchKeys } from '../access/store.ts';
import { needsKey } from '../config.ts';
import type { Context } from '../http/context.ts';
import type { Route } from '../http/route.ts';
import { takeShared } from '../limits/cache.ts';
import { createLimit } from '../limits/guard.ts';
import { createLocalWindows } from '../limits/local.ts';
import type { Taken } from '../limits/window.ts';
import { isPostgresDown } from '../platform/postgres.ts';
import type { Core } from './core.ts';
import { runLoop } from './loop.ts';

type Check = (ctx: Context, route: Route) => Promise<void>;

/** Several rounds a lease, so that one that comes late costs nobody a look-up. */
const refreshInterval = keyLease / 3;
const noteUseInterval = 60_000;

function composeKeyring({ db, log }: Core, stack: AsyncDisposableStack) {
  const keyring = createKeyring({
    find: (hashes) => findLiveKeys(db, hashes),
    touch: (ids) => touchKeys(db, ids),
    isDown: isPostgresDown,
    now: () => performance.now(),
  });
  const onError = (error: unknown) => log.debug('keys not refreshed', { error });
  runLoop(stack, () => keyring.refresh(), { interval: refreshInterval, onError });
  runLoop(stack, () => keyring.noteUse(), { interval: noteUseInterval, onError });
  return keyring;
}

/** Windows in the cache store; while there is none that answers, in each replica for itself. */
function composeTake({ cache, breakers }: Core): (name: string, limit: number) => Promise<Taken> {
  const takeLocal = createLocalWindows();
  return async (name, limit) => {
    // A clock of its own, which nobody sets back: slots in the future would count for as long as that takes.
    const takeHere = () => takeLocal(name, performance.now(), limit);
    if (!cache) return takeHere();
    return breakers.cache.run(() => takeShared(cache, name, Date.now(), limit)).catch(takeHere);
  };
}

function composeLimit(core: Core): Check {
  const { config, metrics } = core;
  if (!config.rateLimit) return async () => {};
  return createLimit({
    limits: { create: config.rateLimitCreate, bulk: config.rateLimitBulk, read: config.rateLimitRead },
    take: composeTake(core),
    countRefused: (limitClass) => metrics.rateLimited.inc({ class: limitClass }),
  });
}

/** Who may do what, and how often. */
export function composeAccess(
  core: Core,
  stack: AsyncDisposableStack,
): { routes: Route[]; guard: Check; limit: Check } {
  const { config, db } = core;
  const { identify } = composeKeyring(core, stack);
  return {
    routes: keyRoutes({ db }),
    guard: createGuard({ authOn: needsKey(config), adminKey: config.apiKey, identify }),
    limit: composeLimit(core),
  };
}
