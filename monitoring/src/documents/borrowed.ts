/** A series of somebody else, with those of its labels by which it is told from its siblings here. */
export type Borrowed = { type: string; meaning: string; labels: readonly string[] };

const as =
  (type: string) =>
  (meaning: string, ...labels: string[]): Borrowed => ({ type, meaning, labels });
const [gauge, counter, untyped] = [as('gauge'), as('counter'), as('untyped')];

/** Series that are not ours and that rules or panels use, by the job that has them. The stack's test finds them all live. */
export const borrowed: Readonly<Record<string, Readonly<Record<string, Borrowed>>>> = {
  nginx: {
    nginx_up: gauge('1 while nginx answers its exporter.'),
    nginx_connections_active: gauge('Clients that are connected.'),
    nginx_connections_writing: gauge('Clients that are being answered.'),
  },
  postgres: {
    pg_up: gauge('1 while Postgres answers its exporter.'),
    pg_stat_activity_count: gauge('Connections by what they do.', 'datname', 'state'),
    pg_stat_database_xact_commit: counter('Transactions committed.', 'datname'),
    pg_stat_database_xact_rollback: counter('Transactions rolled back.', 'datname'),
    pg_database_size_bytes: gauge('Size on disk.', 'datname'),
    pg_locks_count: gauge('Locks by mode.', 'datname', 'mode'),
  },
  redis: {
    redis_up: gauge('1 while the store answers its exporter.', 'store'),
    redis_memory_used_bytes: gauge('Memory in use.', 'store'),
    redis_memory_max_bytes: gauge('Memory that may be used.', 'store'),
    redis_commands_processed_total: counter('Commands.', 'store'),
    redis_keyspace_hits_total: counter('Keys found.', 'store'),
    redis_keyspace_misses_total: counter('Keys not found.', 'store'),
    redis_db_keys: gauge('Keys.', 'store', 'db'),
    redis_evicted_keys_total: counter('Keys evicted.', 'store'),
  },
  blackbox: {
    probe_success: gauge('1 while a request through nginx is answered.', 'target'),
    probe_ssl_earliest_cert_expiry: gauge('When the certificate ends.', 'target'),
  },
  node: {
    node_cpu_seconds_total: counter('CPU time by what it was for.', 'cpu', 'mode'),
    node_memory_MemAvailable_bytes: gauge('Memory that can still be had.'),
    node_memory_MemTotal_bytes: gauge('All memory.'),
    node_filesystem_avail_bytes: gauge('Space left.', 'device', 'fstype', 'mountpoint'),
    node_filesystem_size_bytes: gauge('All space.', 'device', 'fstype', 'mountpoint'),
    node_vmstat_oom_kill: untyped('Processes ended for want of memory.'),
    node_pressure_cpu_waiting_seconds_total: counter('Time in which somebody waited for a CPU.'),
    node_pressure_io_waiting_seconds_total: counter('Time in which somebody waited for a disk.'),
    node_pressure_memory_waiting_seconds_total: counter('Time in which somebody waited for memory.'),
  },
  prometheus: {
    up: gauge('1 while the target answers.', 'job', 'instance'),
    ALERTS: gauge('Alerts that are pending or firing.', 'alertname', 'alertstate', 'severity', 'service'),
    process_start_time_seconds: gauge('When the process began.'),
    prometheus_rule_evaluation_failures_total: counter('Rules that could not be evaluated.', 'rule_group'),
    prometheus_config_last_reload_successful: gauge('1 unless the configuration is refused.'),
  },
  alertmanager: {
    alertmanager_integrations: gauge('Ways by which alerts leave, the heartbeat among them.'),
    alertmanager_receivers: gauge('Receivers that are in use: people, nobody, and the heartbeat where one is set.'),
    alertmanager_notifications_failed_total: counter('Notifications that were not taken.', 'integration', 'reason'),
  },
};

/** Series that prom-client adds by itself on Linux alone, where the stack runs: named here, so that a page made elsewhere is the same. */
export const onLinux: Readonly<Record<string, Borrowed>> = {
  process_heap_bytes: gauge('Process heap size in bytes.'),
  process_max_fds: gauge('Maximum number of open file descriptors.'),
  process_open_fds: gauge('Number of open file descriptors.'),
  process_virtual_memory_bytes: gauge('Virtual memory size in bytes.'),
};
