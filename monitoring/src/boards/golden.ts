import { type BoardSpec, rising } from '../dashboards/spec.ts';
import { isItFine } from './golden-fine.ts';
import { whatUsersSee } from './golden-users.ts';

const rate = '$__rate_interval';

/** Whether it is fine, at a glance; and where it is not, if not. */
export const golden: BoardSpec = {
  board: 'golden',
  title: 'Shortstack: golden signals',
  description: 'First row: is it fine? Below it: why not.',
  rows: [
    isItFine,
    whatUsersSee,
    {
      title: 'Saturation',
      panels: [
        {
          panel: ['golden', 'saturation'],
          kind: 'lines',
          title: 'Use of the replicas',
          description: 'Mean use of serving replicas; the autoscaler aims at 60 %.',
          queries: [
            { expr: 'max(autoscaler_use_ratio)', legend: 'use' },
            { expr: 'machine:cpu_busy:ratio2m', legend: 'CPU of the machine' },
          ],
          unit: 'percentunit',
          min: 0,
          steps: rising(0.8, 0.95),
          width: 6,
        },
        {
          panel: ['golden', 'eventLoop'],
          kind: 'lines',
          title: 'Event loop',
          description: 'How long a turn waits, the slowest hundredth, a line a replica. The alert is at 200 ms.',
          queries: [{ expr: 'nodejs_eventloop_lag_p99_seconds{job="app"}', legend: '{{instance}}' }],
          unit: 's',
          min: 0,
          steps: rising(0.1, 0.2),
          width: 6,
        },
        {
          panel: ['golden', 'pool'],
          kind: 'lines',
          title: 'Postgres connections of the replicas',
          description: 'Busy, idle, and requests that wait for one.',
          queries: [{ expr: 'sum by (state) (pg_pool_connections{job="app"})', legend: '{{state}}' }],
          unit: 'none',
          min: 0,
          width: 6,
        },
        {
          panel: ['golden', 'refused'],
          kind: 'lines',
          title: 'Refused',
          description:
            'Requests over a limit of their key or address (429), and such as there was no time for (503): lists and creates first.',
          queries: [
            {
              expr: `sum by (class) (rate(rate_limited_requests_total{job="app"}[${rate}]))`,
              legend: '429, {{class}}',
            },
            { expr: `sum by (work) (rate(shed_requests_total{job="app"}[${rate}]))`, legend: '503, {{work}}' },
          ],
          unit: 'reqps',
          min: 0,
          width: 6,
        },
      ],
    },
    {
      title: 'Dependencies and clicks',
      panels: [
        {
          panel: ['golden', 'dependencies'],
          kind: 'lines',
          title: 'Breakers',
          description: '0 closed, 1 tries again, 2 open: a replica has stopped asking.',
          queries: [{ expr: 'max by (dependency) (circuit_breaker_state)', legend: '{{dependency}}' }],
          unit: 'none',
          min: 0,
          max: 2,
          steps: rising(1, 2),
          width: 8,
        },
        {
          panel: ['golden', 'cache'],
          kind: 'stacked',
          title: 'Where redirects find their link',
          description: 'The replica itself, the shared cache, or Postgres.',
          queries: [
            { expr: `sum by (layer) (rate(cache_requests_total{result=~"hit|stale"}[${rate}]))`, legend: '{{layer}}' },
          ],
          unit: 'reqps',
          min: 0,
          width: 8,
        },
        {
          panel: ['golden', 'clicks'],
          kind: 'lines',
          title: 'Clicks',
          description: 'Made durable, written to the history, and lost (always 0).',
          queries: [
            { expr: `sum(rate(clicks_appended_total[${rate}]))`, legend: 'durable' },
            { expr: `sum(rate(clicks_ingested_total[${rate}]))`, legend: 'in the history' },
            { expr: `sum(rate(clicks_dropped_total[${rate}]))`, legend: 'lost' },
          ],
          unit: 'cps',
          min: 0,
          width: 8,
        },
      ],
    },
    {
      title: 'Error logs',
      panels: [
        {
          panel: ['golden', 'errorLogs'],
          kind: 'logs',
          title: 'Errors of all services',
          description: 'With the profile full.',
          queries: [{ expr: '{level="error"}' }],
          unit: 'none',
          width: 24,
          mayBeEmpty: 'no error is the aim',
        },
      ],
    },
  ],
};
