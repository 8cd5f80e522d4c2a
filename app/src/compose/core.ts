import type { Pool } from 'pg';
import type { Config } from '../config.ts';
import type { Database, Db } from '../database.ts';
import type { BodyRoom } from '../http/body-room.ts';
import { createMetrics, type Dependency, dependencies, type Metrics } from '../metrics.ts';
import { createLogRing, type LogRing } from '../operations/log-ring.ts';
import { type Breaker, type BreakerState, createBreaker } from '../platform/breaker.ts';
import { createLogger, type Logger } from '../platform/logger.ts';
import { createPostgres } from '../platform/postgres.ts';
import { isPostgresThere } from '../platform/postgres-failure.ts';
import { createRedis, type RedisClient } from '../platform/redis.ts';
import { noTracing, type Tracing } from '../platform/tracing.ts';
import { createWaits, type Waits } from '../platform/waits.ts';
import { composeBodyRoom } from './body-limits.ts';

/** What every capability may be handed: settings, stores, log, metrics, and the end of the process's life. */
export type Core = {
  config: ServiceConfig;
  version: string;
  log: Logger;
  /** The last lines of the log; what does not go through `log` is pushed by whoever writes it. */
  logRing: LogRing;
  metrics: Metrics;
  /** For requests: short time-outs, behind a breaker. */
  db: Db;
  /** How long requests wait for one of their connections. */
  connectionWaits: Waits;
  /** For loops and bulk work: few connections, long time-outs, so that neither starves the other. */
  background: Db;
  /** Connections behind the two, for metrics. */
  pools: Record<'requests' | 'background', Pool>;
  cache: RedisClient | undefined;
  queue: RedisClient | undefined;
  breakers: Record<Dependency, Breaker>;
  /** What the bodies of all requests may take together. */
  bodyRoom: BodyRoom;
  /** Aborts when the process is being released: every loop ends with it. */
  signal: AbortSignal;
};

/** The settings of a process that has a database. */
export type ServiceConfig = Config & { databaseUrl: string };

const breakerNumber: Record<BreakerState, number> = { closed: 0, halfOpen: 1, open: 2 };
const backgroundTimeout = 30_000;
const backgroundConnections = 2;

function makeBreakers(stack: AsyncDisposableStack, log: Logger, metrics: Metrics): Record<Dependency, Breaker> {
  const onState = (dependency: string, state: BreakerState) => {
    metrics.breakerState.set({ dependency }, breakerNumber[state]);
    if (state !== 'closed') log.warn('breaker state changed', { dependency, state });
  };
  const make = (dependency: Dependency) => {
    const more = dependency === 'postgres' ? { harmless: isPostgresThere } : {};
    return [dependency, stack.use(createBreaker({ dependency, timeout: 0, onState, ...more }))] as const;
  };
  return Object.fromEntries(dependencies.map(make)) as Record<Dependency, Breaker>;
}

function connectRedis(stack: AsyncDisposableStack, log: Logger, config: Config, dependency: 'cache' | 'queue') {
  const url = dependency === 'cache' ? config.cacheUrl : config.queueUrl;
  if (!url) return undefined;
  const onError = (error: Error) => log.debug('store connection error', { dependency, error });
  return stack.use(createRedis({ url, name: `shortstack-${dependency}`, timeout: config.storeTimeout, onError }));
}

/** Makes the parts that all capabilities share; `stack` owns and releases them. */
export function createCore(
  config: ServiceConfig,
  version: string,
  stack: AsyncDisposableStack,
  tracing: Tracing = noTracing,
): Core {
  const logRing = createLogRing();
  const log = createLogger({ level: config.logLevel, service: 'app', sink: logRing.push, traceOf: tracing.traceOf });
  const metrics = createMetrics({ version, release: config.release, exemplars: tracing !== noTracing });
  const breakers = makeBreakers(stack, log, metrics);
  const { databaseUrl: url, databasePoolSize: poolSize, databaseTimeout: timeout } = config;
  const requests = { url, poolSize, timeout, name: 'shortstack', breaker: breakers.postgres, span: tracing.span };
  const connectionWaits = createWaits(() => performance.now());
  const { db, pool } = stack.use(createPostgres<Database>({ ...requests, waits: connectionWaits }));
  const loops = { poolSize: backgroundConnections, timeout: backgroundTimeout, name: 'shortstack-background' };
  const second = stack.use(createPostgres<Database>({ ...requests, ...loops }));
  const { db: background } = second;
  const pools = { requests: pool, background: second.pool };
  const cache = connectRedis(stack, log, config, 'cache');
  const queue = connectRedis(stack, log, config, 'queue');
  const ending = stack.adopt(new AbortController(), (controller) => controller.abort());
  const { signal } = ending;
  const stores = { db, connectionWaits, background, pools, cache, queue, breakers };
  const bodyRoom = composeBodyRoom(config);
  return { config, version, log, logRing, metrics, ...stores, bodyRoom, signal };
}
