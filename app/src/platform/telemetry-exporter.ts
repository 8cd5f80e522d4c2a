import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { pairs } from './telemetry-settings.ts';

export type Exporting = {
  /** Where the collector takes traces. */
  url: string;
  /** As OTEL_EXPORTER_OTLP_HEADERS has them: `name=value,…`. */
  headers: string;
  compression: 'none' | 'gzip';
  /** Longest wait for the collector, also when the process ends, in milliseconds. */
  timeout: number;
  /** How spans are gathered: the longest wait of one and the longest sending in milliseconds, the most that wait and that are sent at once. */
  batch: { delay: number; timeout: number; queue: number; size: number };
};

type ExporterConfig = NonNullable<ConstructorParameters<typeof OTLPTraceExporter>[0]>;

/** Sends spans to a collector by OTLP over HTTP, many at once. */
export function exportInBatches({ batch, compression, headers, timeout, url }: Exporting): SpanProcessor {
  const config = { url, headers: pairs(headers), timeoutMillis: timeout, compression } as ExporterConfig;
  return new BatchSpanProcessor({
    exporter: new OTLPTraceExporter(config),
    scheduledDelayMillis: batch.delay,
    exportTimeoutMillis: batch.timeout,
    maxQueueSize: batch.queue,
    maxExportBatchSize: batch.size,
  });
}
