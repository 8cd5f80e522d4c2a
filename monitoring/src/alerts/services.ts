import type { Alert } from './alert.ts';

/** One series with the label `service` while an expression has no result at all, also when its targets vanished. */
const gone = (service: string, healthy: string): string =>
  `label_replace(absent(${healthy}), "service", "${service}", "", "")`;

/** Prometheus begins with the stack: what is not there yet in the first moments is on its way. */
const settled = 'unless on () (time() - min(process_start_time_seconds{job="prometheus"}) < 90)';

const dead = [
  gone('app', 'up{job="app"} == 1'),
  // Its exporter may be dead alone: while a probe comes through nginx, nginx is there. Who is gone then, MonitoringDown says.
  gone('nginx', 'nginx_up{job="nginx"} == 1 or probe_success{job="blackbox"} == 1'),
  gone('autoscaler', 'up{job="autoscaler"} == 1'),
].join('\nor ');

const store = (name: string): string => `label_replace(absent(redis_up{store="${name}"}), "store", "${name}", "", "")`;

/** Whether the parts that users depend on are there at all. */
export const serviceAlerts: readonly Alert[] = [
  {
    name: 'ServiceDown',
    expr: `(${dead})\n${settled}`,
    for: '20s',
    severity: 'critical',
    summary: '{{ $labels.service }} is down',
    description:
      'No container of {{ $labels.service }} has answered for 20 s: stopped, crashing, or gone from the network.',
    firstStep: 'docker compose ps -a {{ $labels.service }} && docker compose logs --tail 50 {{ $labels.service }}',
    panel: ['machine', 'targets'],
  },
  {
    name: 'EndpointDown',
    // How many of the last minute's probes failed, while the newest has failed.
    expr: `(max by (target) (1 - avg_over_time(probe_success{job="blackbox"}[1m])) and on (target) min by (target) (probe_success{job="blackbox"}) == 0)\n${settled}`,
    for: '20s',
    severity: 'critical',
    service: 'edge',
    summary: 'The probe through nginx fails ({{ $labels.target }})',
    description:
      'Requests to {{ $labels.target }} through nginx have failed for 20 s, {{ $value | humanizePercentage }} of those of the last minute, so users see errors or nothing.',
    firstStep: 'scripts/doctor',
    panel: ['golden', 'probe'],
  },
  {
    name: 'RedisDown',
    expr: `min by (store) (redis_up{job="redis"}) == 0\nor ${store('cache')}\nor ${store('queue')}`,
    for: '20s',
    severity: 'critical',
    service: '{{ $labels.store }}',
    summary: 'The {{ $labels.store }} is down',
    description:
      'The {{ $labels.store }} has not answered for 20 s. Redirects go on; clicks take the way through Postgres.',
    firstStep: 'docker compose ps -a {{ $labels.store }} && docker compose restart {{ $labels.store }}',
    panel: ['stores', 'up'],
  },
  {
    name: 'PostgresDown',
    expr: 'min(pg_up{job="postgres"}) == 0 or absent(pg_up{job="postgres"})',
    for: '20s',
    severity: 'critical',
    service: 'postgres',
    summary: 'Postgres is down',
    description: 'Postgres has not answered for 20 s. Links in a cache are still followed; nothing can be written.',
    firstStep: 'docker compose ps -a postgres && docker compose logs --tail 50 postgres',
    panel: ['stores', 'up'],
  },
];
