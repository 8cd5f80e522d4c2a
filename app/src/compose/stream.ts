import { hostname } from 'node:os';
import { listEvents } from '../events/list-store.ts';
import { newestEvents } from '../events/newest-store.ts';
import type { Route } from '../http/route.ts';
import { countConnected } from '../operations/store.ts';
import { createHub } from '../stream/hub.ts';
import { streamRoutes } from '../stream/routes.ts';
import { createTail } from '../stream/tail.ts';
import type { Core } from './core.ts';
import { runLoop } from './loop.ts';
import { epochConnection } from './redirects.ts';

type Needs = {
  /** What this replica knows of itself. */
  state: () => Record<string, unknown>;
  draining: () => boolean;
};

const betweenLooks = 250;
const now = () => performance.now();

/** How the service is, for who watches: this replica, the others by number, and what waits to be ingested. */
function composeHealth({ background, config, metrics }: Core, state: Needs['state']): () => Promise<unknown> {
  const startedAt = new Date().toISOString();
  const figure = async (gauge: { get(): Promise<{ values: { value: number }[] }> }) =>
    (await gauge.get()).values[0]?.value ?? 0;
  const { oldest, entries, inbox } = metrics.clicks;
  return async () => ({
    ...state(),
    release: config.release,
    // The container's name in the edge's log: two replicas can have started in the same millisecond.
    replica: hostname(),
    started_at: startedAt,
    replicas: await countConnected(background, epochConnection).catch(() => null),
    waiting: { batches: (await figure(entries)) + (await figure(inbox)), oldest_seconds: await figure(oldest) },
  });
}

/** What happens, told to whoever watches; while nobody does it reads nothing. */
export function composeStream(core: Core, stack: AsyncDisposableStack, { state, draining }: Needs): Route[] {
  const { db, background, metrics, log } = core;
  const tail = createTail({ newest: (after, limit) => newestEvents(background, after, limit), now });
  const onViewers = (count: number) => metrics.streamViewers.set(count);
  const hub = createHub({ tail, health: composeHealth(core, state), draining, now, onViewers });
  const onError = (error: unknown) => log.debug('nothing new told', { error });
  runLoop(stack, hub.tick, { interval: betweenLooks, onError });
  return streamRoutes({
    hub,
    missed: (wanted, after, limit) => listEvents(db, wanted, { order: 'asc', after, limit }),
  });
}
