import { Counter, type Histogram, type Registry } from 'prom-client';
import { createEdgeTally, edgeBounds, edgeKinds } from './observe/edge-tally.ts';

const latencyName = 'edge_request_duration_seconds';

/**
 * Series of what users saw at the edge. A line of nginx may stand for a hundred requests, so that both are read from a
 * tally: the package's histogram would have to be told each a hundred times.
 */
export function createEdgeMetrics(registry: Registry) {
  const tally = createEdgeTally();
  new Counter({
    name: 'edge_requests_total',
    help: 'Requests at the edge; by: whether a replica gave the answer or nginx itself had to.',
    labelNames: ['kind', 'status', 'by'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const { by, count, kind, status } of tally.requests.values()) this.inc({ kind, status, by }, count);
    },
  });
  const values = () =>
    edgeKinds.flatMap((kind) => {
      const { counts, sum } = tally.latency[kind];
      let all = 0;
      const buckets = [...edgeBounds, '+Inf'].map((le, index) => {
        all += counts[index] ?? 0;
        return { labels: { le, kind }, value: all, metricName: `${latencyName}_bucket` };
      });
      const rest = { labels: { kind } };
      return [
        ...buckets,
        { ...rest, value: sum, metricName: `${latencyName}_sum` },
        { ...rest, value: all, metricName: `${latencyName}_count` },
      ];
    });
  const latency = {
    name: latencyName,
    get: async () => ({
      name: latencyName,
      help: 'Time that nginx took to answer, the way to the client included.',
      type: 'histogram',
      values: values(),
      aggregator: 'sum',
    }),
    reset() {},
  };
  registry.registerMetric(latency as unknown as Histogram);
  return tally;
}
