import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { works } from './limits/shedding.ts';
import { limitClasses } from './limits/window.ts';
import { createClickMetrics } from './metrics-clicks.ts';
import { createRedirectMetrics } from './metrics-redirects.ts';

/** Bounds of the latency histogram in seconds; the objectives of docs/slo.md are among them. */
const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export const dependencies = ['postgres', 'cache', 'queue'] as const;
export type Dependency = (typeof dependencies)[number];

type Options = {
  version: string;
  release: string;
  /** Whether traced requests are pointed to from the latencies: the registry then speaks OpenMetrics. */
  exemplars?: boolean;
};

function openMetrics(): Registry {
  const registry = new Registry();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  return registry;
}

/** Series of the requests that the service answers. */
function createRequestMetrics(registers: Registry[], enableExemplars: boolean) {
  const requestDuration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its response.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: latencyBuckets,
    enableExemplars,
    registers,
  });
  for (const status of ['302', '404', '410', '500', '503'])
    requestDuration.zero({ method: 'GET', route: '/:code', status });
  const requestsInFlight = new Gauge({ name: 'http_requests_in_flight', help: 'Requests being answered.', registers });
  const unloggedRequests = new Counter({
    name: 'http_requests_unlogged_total',
    help: 'Requests above LOG_RATE that a sampled line stands for.',
    registers,
  });
  const rateLimited = new Counter({
    name: 'rate_limited_requests_total',
    help: 'Requests refused with 429 by the app itself.',
    labelNames: ['class'] as const,
    registers,
  });
  for (const limitClass of limitClasses) rateLimited.inc({ class: limitClass }, 0);
  const shed = new Counter({
    name: 'shed_requests_total',
    help: 'Requests refused with 503, as the replica had more to do than it could.',
    labelNames: ['work'] as const,
    registers,
  });
  for (const work of works) shed.inc({ work }, 0);
  const streamViewers = new Gauge({ name: 'stream_viewers', help: 'Streams of events that are open.', registers });
  return { requestDuration, requestsInFlight, unloggedRequests, rateLimited, shed, streamViewers };
}

/** Series that say how near the process and what it depends on are to their limits. */
function createSaturationMetrics(registers: Registry[]) {
  const breakerState = new Gauge({
    name: 'circuit_breaker_state',
    help: '0 closed, 1 half open, 2 open.',
    labelNames: ['dependency'] as const,
    registers,
  });
  for (const dependency of dependencies) breakerState.set({ dependency }, 0);
  const poolConnections = new Gauge({
    name: 'pg_pool_connections',
    help: 'Postgres connections in use and idle, and requests waiting for one.',
    labelNames: ['pool', 'state'] as const,
    registers,
  });
  const eventLoopUtilization = new Gauge({
    name: 'nodejs_eventloop_utilization',
    help: 'Share of the last second that the event loop was busy, 0 to 1.',
    registers,
  });
  return { breakerState, poolConnections, eventLoopUtilization };
}

/** Every series of a replica. Label sets that an alert needs exist from the start with 0. */
export function createMetrics({ version, release, exemplars = false }: Options) {
  const registry = exemplars ? openMetrics() : new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'app_build_info',
    help: 'Always 1; the labels say what runs.',
    labelNames: ['version', 'release'] as const,
    registers,
  }).set({ version, release }, 1);
  return {
    registry,
    ...createRequestMetrics(registers, exemplars),
    ...createSaturationMetrics(registers),
    clicks: createClickMetrics(registry),
    redirects: createRedirectMetrics(registry),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
