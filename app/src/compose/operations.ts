import { needsKey } from '../config.ts';
import type { Route } from '../http/route.ts';
import { healthRoutes } from '../operations/health.ts';
import { createReadiness } from '../operations/readiness.ts';
import { chaosRoutes, logsRoute, metricsRoute } from '../operations/routes.ts';
import { hasMigration, pingPostgres } from '../operations/store.ts';
import { createEventLoopMeter } from '../platform/event-loop.ts';
import { newestMigration } from '../platform/migrator.ts';
import type { Core } from './core.ts';
import { runLoop } from './loop.ts';

/** What of the listening server the operations show. */
type Lifecycle = { inFlight: () => number; draining: () => boolean };

const checkInterval = 500;

function composeReadiness({ db, cache, queue, log }: Core, draining: () => boolean, stack: AsyncDisposableStack) {
  const newest = newestMigration();
  const readiness = createReadiness({
    ping: {
      postgres: () => pingPostgres(db),
      cache: cache && (() => cache.ping()),
      queue: queue && (() => queue.ping()),
    },
    schemaIsCurrent: async () => hasMigration(db, await newest),
    draining,
  });
  const onError = (error: unknown) => log.error('readiness not checked', { error });
  runLoop(stack, () => readiness.check(), { interval: checkInterval, onError });
  return readiness;
}

function composeCollect(
  { metrics, pools }: Core,
  inFlight: () => number,
  utilization: () => number,
): () => Promise<string> {
  return () => {
    metrics.requestsInFlight.set(inFlight());
    metrics.eventLoopUtilization.set(utilization());
    for (const [pool, { totalCount, idleCount, waitingCount }] of Object.entries(pools)) {
      metrics.poolConnections.set({ pool, state: 'busy' }, totalCount - idleCount);
      metrics.poolConnections.set({ pool, state: 'idle' }, idleCount);
      metrics.poolConnections.set({ pool, state: 'waiting' }, waitingCount);
    }
    return metrics.registry.metrics();
  };
}

/** What whoever runs a replica asks it: health, metrics, log lines, and to end for a drill; and how it is, for pages. */
export function composeOperations(
  core: Core,
  lifecycle: Lifecycle,
  stack: AsyncDisposableStack,
): { routes: Route[]; state: () => Record<string, unknown> } {
  const { config, version, metrics, logRing } = core;
  const { report } = composeReadiness(core, lifecycle.draining, stack);
  const meter = stack.use(createEventLoopMeter());
  runLoop(stack, async () => meter.sample(), { interval: 1_000, onError: () => {} });
  const { chaosToken: token } = config;
  const routes = [
    ...healthRoutes({ report, inFlight: lifecycle.inFlight, lag: () => meter.lag, version }),
    metricsRoute(
      metrics.registry.contentType,
      composeCollect(core, lifecycle.inFlight, () => meter.utilization),
    ),
    ...(needsKey(config) ? [logsRoute(logRing)] : []),
    ...(token ? chaosRoutes({ token, terminate: () => process.kill(process.pid, 'SIGTERM') }) : []),
  ];
  const state = () => ({ ...report(), in_flight: lifecycle.inFlight(), lag_ms: meter.lag, version });
  return { routes, state };
}
