import type { Alert } from './alert.ts';

const found = (matchers: string): string => `sum(rate(cache_requests_total{job="app", ${matchers}}[5m]))`;
const lookUps = `(${found('result="hit"')})`;

/** Whether what the replicas lean on still holds them. */
export const dependencyAlerts: readonly Alert[] = [
  {
    name: 'PgPoolExhausted',
    expr: 'sum by (instance, pool) (pg_pool_connections{job="app", state="waiting"}) > 0',
    for: '1m',
    severity: 'warning',
    service: 'app',
    summary: 'Requests wait for a Postgres connection',
    description:
      '{{ $value }} requests of replica {{ $labels.instance }} wait for a connection of the pool {{ $labels.pool }}.',
    firstStep: `docker compose exec postgres psql -U shortstack -c "select state, wait_event, left(query, 60) from pg_stat_activity"`,
    panel: ['golden', 'pool'],
  },
  {
    name: 'BreakerOpen',
    expr: 'count by (dependency) (circuit_breaker_state{job="app"} >= 1)',
    for: '15s',
    severity: 'warning',
    service: '{{ $labels.dependency }}',
    summary: '{{ $value }} replicas have stopped asking {{ $labels.dependency }}',
    description:
      'The breaker before {{ $labels.dependency }} is open in {{ $value }} replicas: too many of their calls failed.',
    firstStep: 'scripts/doctor',
    panel: ['golden', 'dependencies'],
  },
  {
    name: 'CacheHitRatioLow',
    expr: `${found('layer="postgres"')} / ${lookUps} > 0.5 and ${lookUps} > 5`,
    for: '10m',
    severity: 'warning',
    service: 'cache',
    summary: '{{ $value | humanizePercentage }} of redirects ask Postgres',
    description: '{{ $value | humanizePercentage }} of redirects find their link in no cache (limit 50 %).',
    firstStep: 'docker compose logs --tail 50 cache',
    panel: ['golden', 'cache'],
  },
];
