import { type BoardSpec, rising } from '../dashboards/spec.ts';

const rate = '$__rate_interval';

/** The way of a click into the history. */
export const clicksBoard: BoardSpec = {
  board: 'clicks',
  title: 'Shortstack: clicks',
  description: 'Every click is made durable before its redirect is answered, and written to the history once.',
  rows: [
    {
      title: 'Flow',
      panels: [
        {
          panel: ['clicks', 'flow'],
          kind: 'lines',
          title: 'In and out',
          description: 'Made durable, and written to the history.',
          queries: [
            { expr: `sum(rate(clicks_appended_total[${rate}]))`, legend: 'durable' },
            { expr: `sum(rate(clicks_ingested_total[${rate}]))`, legend: 'in the history' },
          ],
          unit: 'cps',
          min: 0,
          width: 12,
        },
        {
          panel: ['clicks', 'ways'],
          kind: 'stacked',
          title: 'Which way',
          description: 'Through the queue, or straight into Postgres while the queue is away.',
          queries: [{ expr: `sum by (way) (rate(clicks_appended_total[${rate}]))`, legend: '{{way}}' }],
          unit: 'cps',
          min: 0,
          width: 12,
        },
      ],
    },
    {
      title: 'Backlog',
      panels: [
        {
          panel: ['clicks', 'backlog'],
          kind: 'lines',
          title: 'The queue',
          description: 'How full it is. The alert is at 50 %.',
          queries: [{ expr: 'max(click_queue_bytes) / max(click_queue_capacity_bytes)', legend: 'full' }],
          unit: 'percentunit',
          min: 0,
          max: 1,
          steps: rising(0.3, 0.5),
          width: 8,
        },
        {
          panel: ['clicks', 'age'],
          kind: 'lines',
          title: 'Oldest click on its way',
          description: 'The alert is at 60 s.',
          queries: [{ expr: 'max(click_queue_oldest_seconds)', legend: 'age' }],
          unit: 's',
          min: 0,
          steps: rising(30, 60),
          width: 8,
        },
        {
          panel: ['clicks', 'buffered'],
          kind: 'lines',
          title: 'In memory, and waiting in Postgres',
          description: 'In memory only while no store takes them.',
          queries: [
            { expr: 'sum(clicks_buffered)', legend: 'in memory' },
            { expr: 'max(click_inbox_batches)', legend: 'batches in Postgres' },
          ],
          unit: 'none',
          min: 0,
          width: 8,
        },
      ],
    },
    {
      title: 'What must not be',
      panels: [
        {
          panel: ['clicks', 'dropped'],
          kind: 'stat',
          title: 'Lost clicks',
          description: 'Since the replicas that run began. Any is an alert.',
          queries: [{ expr: 'sum(clicks_dropped_total)' }],
          unit: 'none',
          steps: rising(1, 1),
          width: 8,
        },
        {
          panel: ['clicks', 'duplicates'],
          kind: 'lines',
          title: 'Batches that came again, or could not be read',
          description: 'A batch that comes again changes nothing; one that cannot be read is set aside.',
          queries: [
            { expr: `sum(increase(click_batches_duplicate_total[${rate}]))`, legend: 'again' },
            { expr: `sum(increase(click_batches_aside_total[${rate}]))`, legend: 'set aside' },
          ],
          unit: 'none',
          min: 0,
          width: 16,
        },
      ],
    },
  ],
};
