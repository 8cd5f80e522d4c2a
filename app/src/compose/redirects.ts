import type { RequestListener } from 'node:http';
import type { RecordClick } from '../clicks/click.ts';
import type { ShortCode } from '../codes/short-code.ts';
import { publicAddress } from '../config.ts';
import { unavailable } from '../http/problem.ts';
import type { Route } from '../http/route.ts';
import type { Shedding } from '../limits/shedding.ts';
import { createGrouped } from '../platform/grouped.ts';
import { createRedis } from '../platform/redis.ts';
import { createWatch, type Watch } from '../platform/watch.ts';
import { createLocalCache } from '../redirects/cache.ts';
import { stampOf } from '../redirects/entry.ts';
import { createFollow } from '../redirects/follow.ts';
import { createForgetCodes, type ForgetCodes } from '../redirects/forget.ts';
import { createLease, type Lease } from '../redirects/lease.ts';
import { createListener } from '../redirects/listener.ts';
import { createAskPostgres } from '../redirects/postgres.ts';
import { createRefill } from '../redirects/refill.ts';
import { createReply, type ReplyDeps } from '../redirects/reply.ts';
import { createResolve, type Resolve } from '../redirects/resolve.ts';
import { redirectRoutes } from '../redirects/routes.ts';
import { createShared, type Shared } from '../redirects/shared.ts';
import { createSpend } from '../redirects/spend.ts';
import { epochChannel, epochQuery, findLinks, lookAtUses, moveEpoch, spendUses } from '../redirects/store.ts';
import type { Core } from './core.ts';

type Reporting = Pick<ReplyDeps, 'record' | 'translate' | 'report'>;

export type Redirects = {
  readonly routes: readonly Route[];
  readonly forgetCodes: ForgetCodes;
  /** Answers plain redirects itself and hands everything else on. */
  listener(fallThrough: RequestListener, reporting: Reporting & { shedding: Shedding }): RequestListener;
};

/** How long a code that does not exist is believed not to, in milliseconds. */
const unknownTtl = 45_000;
/** Milliseconds between two looks at the epoch, for what a notification missed; also how soon a lost Postgres shows. */
const epochInterval = 250;
const epochTimeout = 500;
/** How long a change waits to be told while neither store can be, before it is answered with 503. */
const forgetPatience = 5_000;
/** Questions to each store that are under way at once: enough to keep it busy, few enough to go in groups. */
const queriesAtOnce = 2;
const readsAtOnce = 2;

/** Each replica has one connection of this name. */
export const epochConnection = 'shortstack-epoch';

const now = () => performance.now();
const busy = () => unavailable('Too many links are being looked up');

type Parts = { lease: Lease; watch: Watch; shared: Shared | undefined; resolve: Resolve };

function makeLease({ config }: Core, stack: AsyncDisposableStack, onReset: () => void) {
  const lease = createLease({
    // Without a shared store all changes are made in this process: nothing has to vouch for its cache.
    lease: config.cacheUrl ? config.cacheLease : Number.POSITIVE_INFINITY,
    now,
    readEpoch: () => watch.read(),
    onReset,
    stampOf,
  });
  const watch: Watch = stack.use(
    createWatch({
      url: config.databaseUrl,
      name: epochConnection,
      channel: epochChannel,
      query: epochQuery,
      interval: epochInterval,
      timeout: epochTimeout,
      onValue: lease.onEpoch,
    }),
  );
  return { lease, watch };
}

/** The connection on which the shared store is asked, and on which changes are told. */
function connectShared(core: Core, lease: Lease, onForgotten: (code: string) => void, stack: AsyncDisposableStack) {
  const { config, log } = core;
  if (!config.cacheUrl) {
    lease.onConnected('', 0);
    return undefined;
  }
  const onError = (error: Error) => log.debug('store connection error', { dependency: 'cache', error });
  const settings = { url: config.cacheUrl, name: 'shortstack-redirects', timeout: config.storeTimeout };
  const client = createRedis({ ...settings, onError, onBeat: lease.onBeat });
  stack.use(client);
  const shared = createShared(client);
  const listen = async () => {
    const sentAt = now();
    lease.onConnected(await shared.listen(onForgotten, lease.onEpoch), sentAt);
  };
  client.on('ready', () => void listen().catch(onError));
  client.on('reconnecting', lease.onLost);
  client.on('end', lease.onLost);
  return shared;
}

function makeParts(core: Core, stack: AsyncDisposableStack): Parts {
  const { config, db, metrics, breakers } = core;
  const { tally } = metrics.redirects;
  const ttl = config.cacheTtl * 1_000;
  const local = createLocalCache({ capacity: config.l1Entries, ttl, unknownTtl });
  const { lease, watch } = makeLease(core, stack, local.clear);
  const shared = connectShared(core, lease, (code) => resolve.forget(code), stack);
  const lookup = createGrouped({
    ask: (codes: readonly ShortCode[]) => findLinks(db, codes),
    atOnce: queriesAtOnce,
    busy,
  });
  const askPostgres = createAskPostgres({
    lookup,
    lastKnown: (code) => (shared && !lease.trusted(now()) ? local.lastKnown(code, now()) : undefined),
    reachable: () => watch.reachable,
    answers: watch.read,
  });
  const count = (result: keyof typeof tally) => {
    tally[result] += 1;
  };
  const ask = (store: Shared) => (codes: readonly ShortCode[]) => breakers.cache.run(() => store.read(codes));
  const readShared = shared && createGrouped({ ask: ask(shared), atOnce: readsAtOnce, busy });
  const refill = shared ? createRefill({ shared, lease, lookup, ttl }) : async () => undefined;
  const resolve: Resolve = createResolve({ local, lease, readShared, refill, askPostgres, count, now });
  metrics.redirects.probes.leaseHeld = () => lease.trusted(now());
  return { lease, watch, shared, resolve };
}

/** Moves the epoch, which Postgres tells every replica, and the store as well where it can: a replica may reach but one of them. */
async function moveEverywhere({ db, log }: Core, shared: Shared | undefined): Promise<number> {
  const epoch = await moveEpoch(db);
  shared?.announceEpoch(epoch).catch((error) => log.debug('moved epoch not announced', { error }));
  return epoch;
}

/** Everything between a code and its redirect, and what keeps replicas of one mind about it. */
export function composeRedirects(core: Core, stack: AsyncDisposableStack, recordClick: RecordClick): Redirects {
  const { config, db, metrics, signal } = core;
  const { lease, shared, resolve } = makeParts(core, stack);
  const { tally, epochMoves } = metrics.redirects;
  const follow = createFollow({
    resolve,
    spend: createSpend({ spendUses: (code, wanted) => spendUses(db, code, wanted) }),
    lookAtUses: (code) => lookAtUses(db, code),
    time: Date.now,
    now,
  });
  const forgetCodes = createForgetCodes({
    forget: resolve.forget,
    remove: shared?.remove,
    moveEpoch: () => moveEverywhere(core, shared),
    onEpoch: lease.onEpoch,
    lease: config.cacheLease,
    patience: forgetPatience,
    onMoved: () => epochMoves.inc(),
    signal,
  });
  const countLocalHit = () => {
    tally.local_hit += 1;
  };
  return {
    routes: redirectRoutes({ follow, recordClick, publicAddress: publicAddress(config) }),
    forgetCodes,
    listener(fallThrough, { shedding, ...reporting }) {
      const { trustProxy } = config;
      const reply = createReply({ ...reporting, recordClick, trustProxy });
      const isTooMuch = () => shedding.refuses('redirect');
      return createListener({ follow, reply, isTooMuch, countLocalHit, fallThrough, trustProxy });
    },
  };
}
