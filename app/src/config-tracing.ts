import { z } from 'zod';
import { integer, optional, setting, url } from './config-values.ts';

const pairsText = z.string().describe('name=value,…');
const samplers = [
  ...(['always_on', 'always_off', 'traceidratio'] as const),
  ...(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const),
] as const;

/** Settings of traces, by the names of the OpenTelemetry specification where it has one. */
export const tracingSettings = {
  otelDisabled: setting(
    'OTEL_SDK_DISABLED',
    z
      .string()
      .toLowerCase()
      .pipe(z.enum(['true', 'false']))
      .transform((value) => value === 'true')
      .describe('true or false'),
    'false',
    'Whether there is no tracing, whatever else is set.',
  ),
  otelExporter: setting(
    'OTEL_TRACES_EXPORTER',
    z.enum(['otlp', 'none']).describe('otlp or none'),
    'otlp',
    'How traces are sent; none means no tracing.',
  ),
  otlpEndpoint: setting(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    optional(url('http:', 'https:'), 'an http or https URL'),
    '',
    'OpenTelemetry collector (OTLP over HTTP). Empty means no tracing, and its code is not loaded.',
  ),
  otlpTracesEndpoint: setting(
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    optional(url('http:', 'https:'), 'an http or https URL'),
    '',
    'Address for traces, taken as it is. Empty: /v1/traces below OTEL_EXPORTER_OTLP_ENDPOINT.',
  ),
  otlpHeaders: setting(
    'OTEL_EXPORTER_OTLP_HEADERS',
    pairsText,
    '',
    'Headers for the collector. Those of OTEL_EXPORTER_OTLP_TRACES_HEADERS stand in their place.',
    { secret: true },
  ),
  otlpTracesHeaders: setting(
    'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
    pairsText,
    '',
    'Headers for the collector, of traces alone.',
    {
      secret: true,
    },
  ),
  otlpTimeout: setting(
    'OTEL_EXPORTER_OTLP_TIMEOUT',
    integer(1, 10_000),
    '2000',
    'Longest wait for the collector, also when the process ends.',
    { unit: 'ms' },
  ),
  otelServiceName: setting(
    'OTEL_SERVICE_NAME',
    z.string().describe('a name, or empty'),
    '',
    'Service name in traces. Empty: the one in OTEL_RESOURCE_ATTRIBUTES, else app.',
  ),
  otelSampler: setting(
    'OTEL_TRACES_SAMPLER',
    z.enum(samplers).describe(samplers.join(', ')),
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
  otelResource: setting('OTEL_RESOURCE_ATTRIBUTES', pairsText, '', 'Attributes of traces.'),
};
