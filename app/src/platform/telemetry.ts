import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import {
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { type Exporting, exportInBatches } from './telemetry-exporter.ts';
import { traceRedis } from './telemetry-redis.ts';
import { drawsRoots, makeSampler, pairs, type SamplerName } from './telemetry-settings.ts';
import type { ReadRequest, RunInSpan, Tracing } from './tracing.ts';

type Options = {
  exporting: Exporting;
  /** Empty: the one in `resource`, else `app`. */
  serviceName: string;
  version: string;
  /** As OTEL_RESOURCE_ATTRIBUTES has them. */
  resource: string;
  sampler: SamplerName;
  samplerArg: number;
  /** Traces that the usual sampler begins in a second, at most. */
  mostPerSecond: number;
};

/** What is not named by a route was answered by the listener for plain redirects, in front of Koa. */
const plainRoute = '/:code';

const makeProvider = (options: Options): TracerProvider =>
  new TracerProvider({
    sampler: makeSampler(options.sampler, options.samplerArg),
    resource: resourceFromAttributes({
      'service.name': 'app',
      'service.version': options.version,
      ...pairs(options.resource),
      ...(options.serviceName && { 'service.name': options.serviceName }),
    }),
    spanProcessors: [exportInBatches(options.exporting)],
  });

/** The trace that a request belongs to, from the `traceparent` of W3C Trace Context that our nginx passes on. */
function parentOf({ headers }: IncomingMessage): SpanContext | undefined {
  const given = headers['traceparent'];
  const match = typeof given === 'string' ? /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(given) : null;
  const [, traceId = '', spanId = '', flags = ''] = match ?? [];
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}

function endWith(span: Span, response: ServerResponse): void {
  span.setAttribute('http.response.status_code', response.statusCode);
  if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

const runner =
  (tracer: Tracer, current: AsyncLocalStorage<Context>): RunInSpan =>
  async (name, attributes, action) => {
    const parent = current.getStore();
    if (!parent) return action();
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, parent);
    try {
      return await action();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
      throw error;
    } finally {
      span.end();
    }
  };

/** Begins a request's root span, which the end of its response ends; `traces` knows it by the request's id meanwhile. */
const beginner =
  (tracer: Tracer, traces: Map<string, string>) =>
  (request: IncomingMessage, response: ServerResponse, parent: Context, read: ReadRequest): Span => {
    const requestId = read.requestIdOf(request);
    // Whoever asks for the id from here on finds the one that the span has.
    request.headers['x-request-id'] = requestId;
    const method = request.method ?? '';
    const attributes = { 'http.request.method': method, 'http.route': plainRoute, 'shortstack.request_id': requestId };
    const span = tracer.startSpan(`${method} ${plainRoute}`, { kind: SpanKind.SERVER, attributes }, parent);
    if (!span.isRecording()) return span;
    traces.set(requestId, span.spanContext().traceId);
    const edge = read.edgeTimeOf(request);
    if (edge) span.addEvent('received at the edge', edge);
    response.once('close', () => {
      endWith(span, response);
      // Later, as the request's log line is written at this very event.
      setImmediate(() => traces.delete(requestId));
    });
    return span;
  };

/** Starts to trace: a root span a request, and below it what is asked of Postgres and Redis; sent off in batches. */
export function startTelemetry(options: Options): Tracing {
  const provider = makeProvider(options);
  const tracer = provider.getTracer('shortstack', options.version);
  const current = new AsyncLocalStorage<Context>();
  const traces = new Map<string, string>();
  const untraceRedis = traceRedis(tracer, current);
  const followsParent = options.sampler.startsWith('parentbased');

  const { sampler: name, samplerArg: share, mostPerSecond } = options;
  const beginsTrace = drawsRoots({ name, share, mostPerSecond, now: Date.now });
  const beginRequest = beginner(tracer, traces);

  return {
    span: runner(tracer, current),
    begin(name) {
      const parent = current.getStore();
      if (!parent) return undefined;
      const span = tracer.startSpan(name, {}, parent);
      return () => span.end();
    },
    listener: (inner: RequestListener, read) => (request, response) => {
      const remote = parentOf(request);
      // Nearly every request, so nothing more is spent on it.
      if (remote ? followsParent && remote.traceFlags === TraceFlags.NONE : !beginsTrace())
        return inner(request, response);
      const parent = remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT;
      const span = beginRequest(request, response, parent, read);
      if (!span.isRecording()) return inner(request, response);
      return current.run(trace.setSpan(parent, span), () => inner(request, response));
    },
    nameRequest(method, route) {
      const span = trace.getSpan(current.getStore() ?? ROOT_CONTEXT);
      span?.updateName(`${method} ${route}`).setAttribute('http.route', route);
    },
    // Asked for every request; an id is a new text each time, and to look it up is to hash it.
    traceOf: (requestId) => (traces.size === 0 ? undefined : traces.get(requestId)),
    async [Symbol.asyncDispose]() {
      untraceRedis();
      // Spans that a collector does not take at the end are lost; that is no reason not to end.
      await provider.shutdown().catch(() => {});
    },
  };
}
