/** How one sees that the machine is outgrown, and what to do. */
export type Signal = { signal: string; threshold: string; next: string; command: string };

/** From what comes first on one machine to what needs a second one. */
export const signals: readonly Signal[] = [
  {
    signal: '`scripts/status`: the load asks for more replicas than may be',
    threshold: 'for 2 minutes (alert AutoscalerSaturated)',
    next: 'allow more replicas, if CPU and memory are there',
    command: '`AUTOSCALER_MAX=8`, `CONNECTIONS_PER_REPLICA=8` and `DATABASE_POOL_SIZE=4` in `.env`, `scripts/up`',
  },
  {
    signal: 'CPU of the host',
    threshold: '95 % for 5 minutes (alert HighCPU)',
    next: 'a machine with twice the cores',
    command: '`NGINX_CPUS=4` and `POSTGRES_CPUS=3` in `.env`, `scripts/up`',
  },
  {
    signal: 'memory that is left',
    threshold: '10 % (alert HighMemoryUsage)',
    next: 'the core without observability, or twice the memory',
    command: '`scripts/up --profile core`',
  },
  {
    signal: 'disk',
    threshold: '85 %, or 60 % and full within a day (alert DiskFillingUp)',
    next: 'keep events for fewer months: sums stay',
    command: '`EVENT_RETENTION_MONTHS=6` in `.env`, `scripts/up`',
  },
  {
    signal: 'clicks that wait in the queue',
    threshold: '50 % of its capacity (alert ClickBacklog)',
    next: 'Postgres is the limit: a faster disk, or a machine of its own',
    command: '`npm run capacity -- --clicks-per-day N`',
  },
  {
    signal: 'requests that wait for a Postgres connection',
    threshold: 'any for 1 minute (alert PgPoolExhausted)',
    next: 'find the slow query first; then a larger pool and fewer replicas',
    command: '`CONNECTIONS_PER_REPLICA=14`, `DATABASE_POOL_SIZE=10` and `AUTOSCALER_MAX=4` in `.env`, `scripts/up`',
  },
  {
    signal: 'share of redirects that ask Postgres for their link',
    threshold: 'over 50 % for 10 minutes (alert CacheHitRatioLow)',
    next: 'a larger cache in each replica',
    command: '`L1_ENTRIES=50000` in `.env`, `scripts/up`',
  },
  {
    signal: 'the rate that one machine bears (the table above)',
    threshold: '60 % of the knee at the busiest hour',
    next: 'measure it again on the machine itself, then plan',
    command: '`scripts/load breakpoint`, `npm run capacity -- --rate N`',
  },
];
