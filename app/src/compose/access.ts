import { createGuard, createIdentifyKey } from '../access/guard.ts';
import { hashKey, isKeyShaped, keyLease } from '../access/key.ts';
import { createKeyring } from '../access/keyring.ts';
import { keyRoutes } from '../access/routes.ts';
import { isTokenShaped } from '../access/session.ts';
import { sessionRoutes } from '../access/session-routes.ts';
import { findLiveSessions } from '../access/session-store.ts';
import { findLiveKeys, type LiveKey, touchKeys } from '../access/store.ts';
import { needsKey, publicAddress } from '../config.ts';
import type { Context } from '../http/context.ts';
import { unavailable } from '../http/problem.ts';
import type { Route } from '../http/route.ts';
import { takeShared } from '../limits/cache.ts';
import { createLimit } from '../limits/guard.ts';
import { createLocalWindows } from '../limits/local.ts';
import type { Taken } from '../limits/window.ts';
import { createGrouped } from '../platform/grouped.ts';
import { isPostgresDown } from '../platform/postgres-failure.ts';
import type { Core } from './core.ts';
import { runLoop } from './loop.ts';

type Guard = (ctx: Context, route: Route) => Promise<void>;
type Limit = (ctx: Context, limit: Route['limit']) => Promise<void>;

/** Several rounds a lease, so that one that comes late costs nobody a look-up. */
const refreshInterval = keyLease / 3;
const noteUseInterval = 60_000;

type Kind = { isShaped: (text: string) => boolean; find: (hashes: readonly Buffer[]) => Promise<LiveKey[]> };

/** Questions about unknown keys under way at once: however many keys somebody makes up, the other connections are free. */
const lookUpsAtOnce = 2;

function createLookUp({ find }: Kind): (hash: Buffer) => Promise<LiveKey | undefined> {
  const ask = async (hashes: readonly Buffer[]) => {
    const rows = await find(hashes);
    const byHash = new Map(rows.map((row) => [row.hash.toString('latin1'), row]));
    return hashes.map((hash) => byHash.get(hash.toString('latin1')));
  };
  return createGrouped({ ask, atOnce: lookUpsAtOnce, busy: () => unavailable('Too many keys are being looked up') });
}

function composeKeyring({ db, log }: Core, stack: AsyncDisposableStack, kind: Kind) {
  const keyring = createKeyring({
    ...kind,
    lookUp: createLookUp(kind),
    touch: (ids) => touchKeys(db, ids),
    isDown: isPostgresDown,
    now: () => performance.now(),
  });
  const onError = (error: unknown) => log.debug('keys not refreshed', { error });
  runLoop(stack, () => keyring.refresh(), { interval: refreshInterval, onError });
  runLoop(stack, () => keyring.noteUse(), { interval: noteUseInterval, onError });
  return keyring.identify;
}

/** Whom keys stand for, and whom the sessions that browsers got for them. */
function composeIdentities(core: Core, stack: AsyncDisposableStack) {
  const { config, db } = core;
  const adminHash = config.apiKey === undefined ? undefined : hashKey(config.apiKey);
  const keys: Kind = { isShaped: isKeyShaped, find: (hashes) => findLiveKeys(db, hashes) };
  const sessions: Kind = { isShaped: isTokenShaped, find: (hashes) => findLiveSessions(db, hashes, adminHash) };
  return {
    identifyKey: createIdentifyKey(config.apiKey, composeKeyring(core, stack, keys)),
    identifySession: composeKeyring(core, stack, sessions),
  };
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

function composeLimit(core: Core): Limit {
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
): { routes: Route[]; guard: Guard; limit: Limit } {
  const { config, db } = core;
  const authOn = needsKey(config);
  const identities = composeIdentities(core, stack);
  const https = publicAddress(config).startsWith('https:');
  const isSecure = (ctx: Context) => https || (config.trustProxy && ctx.get('X-Forwarded-Proto') === 'https');
  const allowed = new Set(config.corsOrigins);
  const allowsOrigin = (origin: string) => allowed.has('*') || allowed.has(origin);
  return {
    routes: [...sessionRoutes({ db, authOn, isSecure, ...identities }), ...keyRoutes({ db })],
    guard: createGuard({ authOn, ...identities, allowsOrigin }),
    limit: composeLimit(core),
  };
}
