import type { Alert } from './alert.ts';

const fill = 'max(click_queue_bytes{job="app"}) / max(click_queue_capacity_bytes{job="app"})';
const base = { service: 'clicks', firstStep: 'docker compose logs --since 10m app | grep -i click | tail' } as const;

/** Whether every click finds its way into the history. */
export const clickAlerts: readonly Alert[] = [
  {
    ...base,
    name: 'ClickBacklog',
    expr: `${fill} > 0.5`,
    for: '30s',
    severity: 'warning',
    summary: 'The click queue is {{ $value | humanizePercentage }} full',
    description:
      'Clicks come faster than they are written: the queue holds {{ $value | humanizePercentage }} of what it may.',
    panel: ['clicks', 'backlog'],
  },
  {
    ...base,
    name: 'ClickIngestStalled',
    expr: 'max(click_queue_oldest_seconds{job="app"}) > 60',
    for: '10s',
    severity: 'critical',
    summary: 'Clicks have waited for {{ $value | humanizeDuration }}',
    description:
      'The oldest click that is not in the history yet is {{ $value | humanizeDuration }} old (limit 60 s). None is lost.',
    panel: ['clicks', 'age'],
  },
  {
    ...base,
    name: 'ClicksDropped',
    expr: 'sum(increase(clicks_dropped_total{job="app"}[1m])) > 0',
    severity: 'critical',
    summary: '{{ $value | humanize }} clicks were lost in the last minute',
    description:
      'Neither the queue nor Postgres took clicks, and memory was full: {{ $value | humanize }} are lost for good.',
    firstStep: 'scripts/doctor',
    panel: ['clicks', 'dropped'],
  },
];
