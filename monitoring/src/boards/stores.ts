import { type BoardSpec, falling, rising } from '../dashboards/spec.ts';

const rate = '$__rate_interval';

/** Postgres, cache and queue. */
export const storesBoard: BoardSpec = {
  board: 'stores',
  title: 'Shortstack: stores',
  description: 'Postgres, the cache, the queue, and the backups.',
  rows: [
    {
      title: 'There?',
      panels: [
        {
          panel: ['stores', 'up'],
          kind: 'stat',
          title: 'Answers',
          description: 'Whether each store answers its exporter.',
          queries: [
            { expr: 'min(pg_up)', legend: 'postgres' },
            { expr: 'min by (store) (redis_up)', legend: '{{store}}' },
          ],
          unit: 'none',
          words: { 0: 'DOWN', 1: 'up' },
          steps: falling(1, 1),
          width: 16,
        },
        {
          panel: ['stores', 'backup'],
          kind: 'stat',
          title: 'Age of the last backup',
          description: 'The alert is at 26 h.',
          queries: [{ expr: 'time() - max(backup_last_success_timestamp_seconds > 0)', instant: true }],
          unit: 's',
          steps: rising(86_400, 93_600),
          width: 8,
          mayBeEmpty: 'until the first backup is made',
        },
      ],
    },
    {
      title: 'Postgres',
      panels: [
        {
          panel: ['stores', 'connections'],
          kind: 'stacked',
          title: 'Connections',
          description: 'By what they do; 96 at most.',
          queries: [{ expr: 'sum by (state) (pg_stat_activity_count{datname="shortstack"})', legend: '{{state}}' }],
          unit: 'none',
          min: 0,
          width: 6,
        },
        {
          panel: ['stores', 'transactions'],
          kind: 'lines',
          title: 'Transactions',
          description: 'Committed and rolled back.',
          queries: [
            { expr: `sum(rate(pg_stat_database_xact_commit{datname="shortstack"}[${rate}]))`, legend: 'committed' },
            { expr: `sum(rate(pg_stat_database_xact_rollback{datname="shortstack"}[${rate}]))`, legend: 'rolled back' },
          ],
          unit: 'ops',
          min: 0,
          width: 6,
        },
        {
          panel: ['stores', 'size'],
          kind: 'lines',
          title: 'Size',
          description: 'Of the database on disk.',
          queries: [{ expr: 'max(pg_database_size_bytes{datname="shortstack"})', legend: 'database' }],
          unit: 'bytes',
          min: 0,
          width: 6,
        },
        {
          panel: ['stores', 'locks'],
          kind: 'lines',
          title: 'Locks',
          description: 'Held locks, by their mode.',
          queries: [{ expr: 'sum by (mode) (pg_locks_count{datname="shortstack"}) > 0', legend: '{{mode}}' }],
          unit: 'none',
          min: 0,
          width: 6,
          mayBeEmpty: 'no lock is held at rest',
        },
      ],
    },
    {
      title: 'Cache and queue',
      panels: [
        {
          panel: ['stores', 'memory'],
          kind: 'lines',
          title: 'Memory',
          description: 'Used, over what each may use.',
          queries: [{ expr: 'redis_memory_used_bytes / (redis_memory_max_bytes > 0)', legend: '{{store}}' }],
          unit: 'percentunit',
          min: 0,
          max: 1,
          steps: rising(0.8, 0.95),
          width: 6,
        },
        {
          panel: ['stores', 'commands'],
          kind: 'lines',
          title: 'Commands',
          description: 'Commands a second.',
          queries: [{ expr: `rate(redis_commands_processed_total[${rate}])`, legend: '{{store}}' }],
          unit: 'ops',
          min: 0,
          width: 6,
        },
        {
          panel: ['stores', 'hits'],
          kind: 'lines',
          title: 'Hits of the cache',
          description: 'Keys found and not found.',
          queries: [
            { expr: `rate(redis_keyspace_hits_total{store="cache"}[${rate}])`, legend: 'found' },
            { expr: `rate(redis_keyspace_misses_total{store="cache"}[${rate}])`, legend: 'not found' },
          ],
          unit: 'ops',
          min: 0,
          width: 6,
        },
        {
          panel: ['stores', 'keys'],
          kind: 'lines',
          title: 'Keys, and keys evicted',
          description: 'The cache evicts what is used least; the queue never.',
          queries: [
            { expr: 'sum by (store) (redis_db_keys)', legend: '{{store}}' },
            { expr: `rate(redis_evicted_keys_total[${rate}])`, legend: '{{store}}, evicted' },
          ],
          unit: 'none',
          min: 0,
          width: 6,
        },
      ],
    },
  ],
};
