import { z } from 'zod';
import { integer, optional, setting, url } from './config-values.ts';

/** Settings of traces, by the names of the OpenTelemetry specification where it has one. */
export const tracingSettings = {
  otlpEndpoint: setting(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    optional(url('http:', 'https:'), 'an http or https URL'),
    '',
    'OpenTelemetry collector (OTLP over HTTP). Empty means no tracing, and its code is not loaded.',
  ),
  otlpHeaders: setting('OTEL_EXPORTER_OTLP_HEADERS', z.string().describe('name=value,…'), '', 'Headers for it.', {
    secret: true,
  }),
  otelServiceName: setting('OTEL_SERVICE_NAME', z.string().min(1).describe('a name'), 'app', 'Service name in traces.'),
  otelSampler: setting(
    'OTEL_TRACES_SAMPLER',
    z
      .enum(['always_on', 'always_off', 'traceidratio', 'parentbased_always_on', 'parentbased_traceidratio'])
      .describe('a sampler of the OpenTelemetry specification'),
    'parentbased_traceidratio',
    'Which traces are kept.',
  ),
  otelSamplerArg: setting(
    'OTEL_TRACES_SAMPLER_ARG',
    z.coerce.number().min(0).max(1).describe('a number from 0 to 1'),
    '0.01',
    'Share of traces that are kept.',
  ),
  traceRate: setting(
    'TRACE_RATE',
    integer(1, 1_000_000),
    '20',
    'Traces that a replica begins at most, of that share; one that a caller has begun goes on.',
    { unit: 'per second' },
  ),
  otelResource: setting('OTEL_RESOURCE_ATTRIBUTES', z.string().describe('name=value,…'), '', 'Attributes of traces.'),
};
