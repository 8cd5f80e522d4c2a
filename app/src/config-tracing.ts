import { z } from 'zod';
import { integer, optional, setting, share, url } from './config-values.ts';

const protocol = z.literal('http/protobuf').describe('http/protobuf');
const compression = z.enum(['none', 'gzip']).describe('none or gzip');
const exportTime = integer(1, 10_000);
const exportTimeText = 'a whole number from 1 to 10000';

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
  otlpProtocol: setting(
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    protocol,
    'http/protobuf',
    'How the collector is spoken to; there is no other way.',
  ),
  otlpTracesProtocol: setting(
    'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
    optional(protocol, 'http/protobuf'),
    '',
    'The same for traces alone.',
  ),
  otlpCompression: setting(
    'OTEL_EXPORTER_OTLP_COMPRESSION',
    compression,
    'none',
    'Whether what is sent is made small; beside the collector that costs more than it saves.',
  ),
  otlpTracesCompression: setting(
    'OTEL_EXPORTER_OTLP_TRACES_COMPRESSION',
    optional(compression, 'none or gzip'),
    '',
    'The same for traces alone. Empty: OTEL_EXPORTER_OTLP_COMPRESSION.',
  ),
  otlpTimeout: setting(
    'OTEL_EXPORTER_OTLP_TIMEOUT',
    exportTime,
    '2000',
    'Longest wait for the collector, also when the process ends.',
    { unit: 'ms' },
  ),
  otlpTracesTimeout: setting(
    'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT',
    optional(exportTime, exportTimeText),
    '',
    'The same for traces alone. Empty: OTEL_EXPORTER_OTLP_TIMEOUT.',
    { unit: 'ms' },
  ),
  batchDelay: setting(
    'OTEL_BSP_SCHEDULE_DELAY',
    integer(1, 60_000),
    '500',
    'Longest time that a span waits to be sent. What waits longer is copied as the garbage is collected.',
    { unit: 'ms' },
  ),
  batchTimeout: setting(
    'OTEL_BSP_EXPORT_TIMEOUT',
    optional(exportTime, exportTimeText),
    '',
    'Longest time that sending a batch may take. Empty: as long as is waited for the collector.',
    { unit: 'ms' },
  ),
  batchQueue: setting(
    'OTEL_BSP_MAX_QUEUE_SIZE',
    integer(1, 100_000),
    '2048',
    'Most spans that wait; the next are dropped.',
    { unit: 'spans' },
  ),
  batchSize: setting(
    'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
    optional(integer(1, 100_000), 'a whole number from 1 to OTEL_BSP_MAX_QUEUE_SIZE'),
    '',
    'Most spans that are sent at once. Empty: 512, or as many as may wait where that is less.',
    { unit: 'spans' },
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
  otelSamplerArg: setting('OTEL_TRACES_SAMPLER_ARG', share, '0.01', 'Share of traces that are kept.'),
  traceRate: setting(
    'TRACE_RATE',
    integer(1, 1_000_000),
    '20',
    'Traces that a replica begins at most, of that share; one that a caller has begun goes on.',
    { unit: 'per second' },
  ),
  otelResource: setting('OTEL_RESOURCE_ATTRIBUTES', pairsText, '', 'Attributes of traces.'),
};

type Batches = { batchSize?: number | undefined; batchQueue?: number | undefined };

/** Whether more spans would be sent at once than may wait: as set, each is allowed by itself. */
export const isBatchTooLarge = ({ batchSize, batchQueue }: Batches): boolean =>
  batchSize !== undefined && batchQueue !== undefined && batchSize > batchQueue;
