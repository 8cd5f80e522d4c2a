import type { RequestListener } from 'node:http';
import type { Config } from '../config.ts';
import type { Middleware } from '../http/context.ts';
import { requestIdOf } from '../http/request.ts';
import { noTracing, type Tracing } from '../platform/tracing.ts';

/** Tracing where a collector is set; else none, and its code is not even loaded. */
export async function composeTracing(config: Config, version: string): Promise<Tracing> {
  if (!config.otlpEndpoint) return noTracing;
  const { startTelemetry } = await import('../platform/telemetry.ts');
  return startTelemetry({
    endpoint: config.otlpEndpoint,
    headers: config.otlpHeaders,
    serviceName: config.otelServiceName,
    version,
    resource: config.otelResource,
    sampler: config.otelSampler,
    samplerArg: config.otelSamplerArg,
  });
}

export const tracedListener = (tracing: Tracing, inner: RequestListener): RequestListener =>
  tracing.listener(inner, requestIdOf);

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
