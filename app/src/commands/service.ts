import { createApp } from '../app.ts';
import { type Config, needsKey } from '../config.ts';
import type { Database } from '../database.ts';
import { unavailable } from '../http/problem.ts';
import { createRecord } from '../http/record.ts';
import { createMetrics, type Dependency } from '../metrics.ts';
import { type BreakerState, createBreaker } from '../platform/breaker.ts';
import { type Listening, listen } from '../platform/listen.ts';
import { createLogger, type Logger } from '../platform/logger.ts';
import { createPostgres, isPostgresDown } from '../platform/postgres.ts';
import { userRoutes } from '../users/routes.ts';

/** A running replica, to be drained and released. */
export type Service = {
  readonly port: number;
  readonly log: Logger;
  /** Unready → drain with a deadline → release in reverse order of making. */
  stop(): Promise<void>;
};

type Options = { config: Config & { databaseUrl: string }; version: string };

const breakerNumber: Record<BreakerState, number> = { closed: 0, halfOpen: 1, open: 2 };

/** Starts a replica: makes every part, hands each what it needs, and listens. */
export async function startService({ config, version }: Options): Promise<Service> {
  await using stack = new AsyncDisposableStack();
  const log = createLogger({ level: config.logLevel, service: 'app' });
  const metrics = createMetrics({ version, release: config.release });
  const onState = (dependency: string, state: BreakerState) => {
    metrics.breakerState.set({ dependency: dependency as Dependency }, breakerNumber[state]);
    if (state !== 'closed') log.warn('breaker state changed', { dependency, state });
  };
  const breaker = stack.use(
    createBreaker({ dependency: 'postgres', timeout: 0, harmless: (error) => !isPostgresDown(error), onState }),
  );
  const { db } = stack.use(
    createPostgres<Database>({
      url: config.databaseUrl,
      poolSize: config.databasePoolSize,
      timeout: config.databaseTimeout,
      name: 'shortstack-app',
      breaker,
    }),
  );
  const record = createRecord({
    observe: (labels, seconds) => metrics.requestDuration.observe(labels, seconds),
    log: (fields) => log.info('request', fields),
    countUnlogged: () => metrics.unloggedRequests.inc(),
    rate: config.logRate,
    now: Date.now,
  });
  const app = createApp({
    trustProxy: config.trustProxy,
    bodyLimit: config.bodyLimit,
    record,
    translate: (error) => (isPostgresDown(error) ? unavailable('The database does not answer', error) : undefined),
    report: (error, fields) => log.error('unexpected error', { error, ...fields }),
    outer: [],
    guard: async () => {},
    limit: async () => {},
    routes: userRoutes({ db }),
  });
  const server = await listen({
    listener: app.callback(),
    host: config.host,
    port: config.port,
    requestTimeout: config.requestTimeout * 1_000,
  });
  log.info('listening', { port: server.port, auth: needsKey(config) ? 'on' : 'off' });
  return running(server, log, stack.move(), config.drainTimeout * 1_000);
}

const running = (server: Listening, log: Logger, owned: AsyncDisposableStack, deadline: number): Service => ({
  port: server.port,
  log,
  async stop() {
    log.info('draining', { in_flight: server.inFlight() });
    const cut = await server.drain(deadline);
    await owned.disposeAsync();
    log.info('stopped', { cut });
  },
});
