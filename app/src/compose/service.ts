import { createApp } from '../app.ts';
import { needsKey } from '../config.ts';
import { cors } from '../http/cors.ts';
import { securityHeaders } from '../http/headers.ts';
import { malformedAnswer } from '../http/malformed.ts';
import { overloaded, unavailable } from '../http/problem.ts';
import { createRecord } from '../http/record.ts';
import type { Route } from '../http/route.ts';
import type { Shedding } from '../limits/shedding.ts';
import { type Listening, listen } from '../platform/listen.ts';
import type { Logger } from '../platform/logger.ts';
import { isAnswerTooLate, isPostgresDown, isQueueTooLong, isReadOnly, isTimeUp } from '../platform/postgres-failure.ts';
import type { Tracing } from '../platform/tracing.ts';
import { within } from '../platform/within.ts';
import { composeAccess } from './access.ts';
import { jsonLimits } from './body-limits.ts';
import { composeClicks } from './clicks.ts';
import { type Core, createCore, type ServiceConfig } from './core.ts';
import { composeOperations } from './operations.ts';
import { composePages } from './pages.ts';
import { composeRedirects } from './redirects.ts';
import { composeResources } from './resources.ts';
import { composeShedding } from './shedding.ts';
import { composeStream } from './stream.ts';
import { composeTracing, createObserve, nameTraces, traceClicks, tracedListener } from './tracing.ts';

/** A running replica, to be drained and released. */
export type Service = {
  readonly port: number;
  readonly log: Logger;
  /** Unready → drain with a deadline → release in reverse order of making. */
  stop(): Promise<void>;
};

const longestRelease = 10_000;
/** With a head of 12 kB each they take 75 MB, as measured; nginx has one for each request that is under way, and a few more. */
const mostConnections = 3_000;

type Options = { config: ServiceConfig; version: string };

const recordOf = ({ metrics, log, config }: Core, tracing: Tracing) =>
  createRecord({
    observe: createObserve(metrics, tracing),
    log: (fields) => log.info('request', fields),
    countUnlogged: () => metrics.unloggedRequests.inc(),
    rate: config.logRate,
    now: Date.now,
  });

/** How each request is counted and logged, and what its errors become: alike within Koa and before it. */
const reportingOf = (core: Core, tracing: Tracing) => ({
  record: recordOf(core, tracing),
  translate: (error: unknown) =>
    (isQueueTooLong(error) && overloaded()) ||
    ((isAnswerTooLate(error) || isTimeUp(error)) && unavailable('The database took too long', error)) ||
    (isPostgresDown(error) && unavailable('The database does not answer', error)) ||
    (isReadOnly(error) && unavailable('The database takes no changes at the moment', error)) ||
    undefined,
  report: (error: unknown, fields: Record<string, unknown>) => core.log.error('unexpected error', { error, ...fields }),
});

/** What costs next to nothing, such as its health, is answered always. */
const admission = (shedding: Shedding) => (route: Route) => {
  if (route.limit !== 'none' && shedding.refuses('other')) throw overloaded();
};

/** Starts a replica: makes every part, hands each what it needs, and listens. */
export async function startService({ config, version }: Options): Promise<Service> {
  await using stack = new AsyncDisposableStack();
  const tracing = stack.use(await composeTracing(config, version));
  const core = createCore(config, version, stack, tracing);
  const { log } = core;
  const access = composeAccess(core, stack);
  const clicks = await composeClicks(core, stack);
  let server: Listening | undefined;
  const lifecycle = { inFlight: () => server?.inFlight() ?? 0, draining: () => server?.draining() ?? false };
  const shedding = composeShedding(core, stack);
  const operations = composeOperations(core, lifecycle, stack);
  const redirects = composeRedirects(core, stack, traceClicks(tracing, clicks.recordClick));
  const resources = await composeResources(core, stack, { forgetCodes: redirects.forgetCodes });
  const stream = composeStream(core, stack, { state: operations.state, draining: lifecycle.draining });
  const reporting = reportingOf(core, tracing);
  const app = createApp({
    ...reporting,
    trustProxy: config.trustProxy,
    bodyLimits: jsonLimits(config, core.bodyRoom),
    outer: [nameTraces(tracing), securityHeaders, cors(config.corsOrigins)],
    admit: admission(shedding),
    guard: access.guard,
    limit: access.limit,
    routes: composePages(core, [
      ...[...operations.routes, ...access.routes, ...resources, ...stream, ...clicks.routes],
      ...redirects.routes,
    ]),
  });
  const { host, port, socketFolder, requestTimeout, drainTimeout } = config;
  const listener = tracedListener(tracing, redirects.listener(app.callback(), { ...reporting, shedding }));
  server = await listen({
    ...{ listener, host, port, socketFolder, mostConnections },
    noSocket: (error) => log.warn('no socket, only the port', { socket_folder: socketFolder, error }),
    requestTimeout: requestTimeout * 1_000,
    malformed: malformedAnswer,
  });
  log.info('listening', { port: server.port, auth: needsKey(config) ? 'on' : 'off' });
  return running(server, log, stack.move(), drainTimeout * 1_000);
}

const running = (server: Listening, log: Logger, owned: AsyncDisposableStack, deadline: number): Service => ({
  port: server.port,
  log,
  async stop() {
    log.info('draining', { in_flight: server.inFlight() });
    const cut = await server.drain(deadline);
    // A store that hangs may keep what uses it for minutes; by now nothing that was answered depends on it.
    await within(owned.disposeAsync(), longestRelease).catch((error) => log.warn('released by force', { error }));
    log.info('stopped', { cut });
  },
});
