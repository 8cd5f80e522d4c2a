import { carriedByCore, carriedByReplica } from '../capacity.ts';
import type { Alert } from './alert.ts';

/** Below this many requests a second a share says nothing. At the edge our own probe is some of them. */
const traffic = 0.2;
const edgeTraffic = 1;
/**
 * A single failure is a large share of little traffic, and stays one for half a minute. Prometheus makes a little more out of
 * each than there was, of one just after a start up to 2.6, but never less.
 */
const fewestErrors = 3;
/** Share of what machine and replicas can carry at which somebody should know. */
const nearlyAll = 0.8;
const cores = 'count(node_cpu_seconds_total{job="node", mode="idle"})';
const replicas = 'max(autoscaler_effective_max{job="autoscaler"})';
/** The share of what so many of something carry, where that is too much. */
const tooNear = (each: number, many: string): string => `edge:requests:rate1m / (${each} * ${many}) > ${nearlyAll}`;

const share = '{{ $value | humanizePercentage }}';

/** What users feel: errors, slowness, and more of them than the machine was planned for. */
export const requestAlerts: readonly Alert[] = [
  {
    name: 'HighErrorRate',
    expr: `(app:errors:rate30s / app:requests:rate30s) > 0.05 and app:requests:rate30s > ${traffic} and app:errors:increase1m >= ${fewestErrors}`,
    for: '20s',
    severity: 'critical',
    service: 'app',
    summary: `${share} of requests fail`,
    description: `${share} of all requests end in a server error of the app (limit 5 %).`,
    firstStep: `docker compose logs --since 5m app | grep '"level":"error"' | tail`,
    panel: ['golden', 'errors'],
  },
  {
    name: 'EdgeErrorRate',
    expr: `(edge:errors:rate30s / edge:requests:rate30s) > 0.05 and edge:requests:rate30s > ${edgeTraffic}`,
    for: '20s',
    severity: 'critical',
    service: 'nginx',
    summary: `nginx finds no replica for ${share} of requests`,
    description: `${share} of all requests end in an error that nginx itself made: no replica took them, or none answered in time (limit 5 %).`,
    firstStep: 'scripts/status',
    panel: ['golden', 'errors'],
  },
  {
    name: 'HighLatency',
    expr: `app:latency_seconds:p95_1m > 0.5 and app:requests:rate1m > ${traffic}`,
    for: '1m',
    severity: 'warning',
    service: 'app',
    summary: 'p95 is {{ $value | humanizeDuration }}',
    description: 'The slowest twentieth of requests takes {{ $value | humanizeDuration }} or longer (limit 500 ms).',
    firstStep: 'scripts/status',
    panel: ['golden', 'latency'],
  },
  {
    name: 'HighRequestRate',
    expr: `(${tooNear(carriedByCore, cores)})\nor (${tooNear(carriedByReplica, replicas)})`,
    for: '1m',
    severity: 'warning',
    service: 'edge',
    summary: `The load is ${share} of what the machine can carry`,
    description: `Requests come at ${share} of what the machine or its replicas carry: ${carriedByCore} a second for a core, ${carriedByReplica} for a replica.`,
    firstStep: 'scripts/status',
    panel: ['golden', 'traffic'],
  },
  {
    name: 'EventLoopBlocked',
    expr: 'max by (instance) (nodejs_eventloop_lag_p99_seconds{job="app"}) > 0.2',
    for: '1m',
    severity: 'warning',
    service: 'app',
    summary: 'The event loop of a replica is blocked for {{ $value | humanizeDuration }}',
    description:
      'In replica {{ $labels.instance }} one turn in a hundred waits {{ $value | humanizeDuration }} (limit 200 ms).',
    firstStep: 'scripts/status',
    panel: ['golden', 'eventLoop'],
  },
];
