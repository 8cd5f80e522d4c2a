import type { RequestListener } from 'node:http';
import type { RecordClick } from '../clicks/click.ts';
import type { Config } from '../config.ts';
import type { Middleware } from '../http/context.ts';
import { edgeTimeOf, requestIdOf } from '../http/request.ts';
import type { Metrics } from '../metrics.ts';
import type { Exporting } from '../platform/telemetry-exporter.ts';
import { noTracing, type Tracing } from '../platform/tracing.ts';

/** Where traces go; undefined where there are none. */
function tracesUrl({ otelDisabled, otelExporter, otlpEndpoint, otlpTracesEndpoint }: Config): string | undefined {
  if (otelDisabled || otelExporter === 'none') return undefined;
  return otlpTracesEndpoint ?? (otlpEndpoint && `${otlpEndpoint.replace(/\/+$/, '')}/v1/traces`);
}

/** Spans that are sent at once where nothing is set. */
const usualBatch = 512;

/** How spans are sent; what is set for traces alone comes before what is set for all. */
function exporting(config: Config, url: string): Exporting {
  const timeout = config.otlpTracesTimeout ?? config.otlpTimeout;
  return {
    url,
    headers: config.otlpTracesHeaders || config.otlpHeaders,
    compression: config.otlpTracesCompression ?? config.otlpCompression,
    timeout,
    batch: {
      delay: config.batchDelay,
      timeout: config.batchTimeout ?? timeout,
      queue: config.batchQueue,
      size: config.batchSize ?? Math.min(usualBatch, config.batchQueue),
    },
  };
}

/** Tracing where a collector is set; else none, and its code is not even loaded. */
export async function composeTracing(config: Config, version: string): Promise<Tracing> {
  const url = tracesUrl(config);
  if (!url) return noTracing;
  const { startTelemetry } = await import('../platform/telemetry.ts');
  return startTelemetry({
    exporting: exporting(config, url),
    serviceName: config.otelServiceName,
    version,
    resource: config.otelResource,
    sampler: config.otelSampler,
    samplerArg: config.otelSamplerArg,
    mostPerSecond: config.traceRate,
  });
}

export const tracedListener = (tracing: Tracing, inner: RequestListener): RequestListener =>
  tracing.listener(inner, { requestIdOf, edgeTimeOf });

/** Shows how long a traced redirect waits until its click is durable; the batch that it leaves in is nobody's own. */
export function traceClicks(tracing: Tracing, record: RecordClick): RecordClick {
  if (tracing === noTracing) return record;
  return (click, durable) => {
    const end = tracing.begin('click');
    if (!end) return record(click, durable);
    record(click, () => {
      end();
      durable();
    });
  };
}

/** Names a traced request by its route, once that is known. */
export const nameTraces =
  ({ nameRequest }: Tracing): Middleware =>
  async (ctx, next) => {
    try {
      await next();
    } finally {
      nameRequest(ctx.method, ctx.state.route);
    }
  };

type Observe = (labels: { method: string; route: string; status: string }, seconds: number, requestId: string) => void;

/** Counts a request's latency; a traced one leaves its trace at its bucket, so that a slow bucket leads to a trace. */
export function createObserve({ requestDuration }: Metrics, tracing: Tracing): Observe {
  if (tracing === noTracing) return (labels, value) => requestDuration.observe(labels, value);
  return (labels, value, requestId) => {
    const trace_id = tracing.traceOf(requestId);
    // The package's types take an exemplar's labels for the series' own.
    requestDuration.observe({ labels, value, ...(trace_id && { exemplarLabels: { trace_id } as never }) });
  };
}
