/** Series that are not ours and that rules or panels use, by the job that has them. The stack's test finds them all live. */
export const borrowed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  nginx: {
    nginx_up: '1 while nginx answers its exporter.',
    nginx_connections_active: 'Clients that are connected.',
    nginx_connections_writing: 'Clients that are being answered.',
  },
  postgres: {
    pg_up: '1 while Postgres answers its exporter.',
    pg_stat_activity_count: 'Connections by what they do.',
    pg_stat_database_xact_commit: 'Transactions committed.',
    pg_stat_database_xact_rollback: 'Transactions rolled back.',
    pg_database_size_bytes: 'Size on disk.',
    pg_locks_count: 'Locks by mode.',
  },
  redis: {
    redis_up: '1 while the store answers its exporter.',
    redis_memory_used_bytes: 'Memory in use.',
    redis_memory_max_bytes: 'Memory that may be used.',
    redis_commands_processed_total: 'Commands.',
    redis_keyspace_hits_total: 'Keys found.',
    redis_keyspace_misses_total: 'Keys not found.',
    redis_db_keys: 'Keys.',
    redis_evicted_keys_total: 'Keys evicted.',
  },
  blackbox: {
    probe_success: '1 while a request through nginx is answered.',
    probe_ssl_earliest_cert_expiry: 'When the certificate ends.',
  },
  node: {
    node_cpu_seconds_total: 'CPU time by what it was for.',
    node_memory_MemAvailable_bytes: 'Memory that can still be had.',
    node_memory_MemTotal_bytes: 'All memory.',
    node_filesystem_avail_bytes: 'Space left.',
    node_filesystem_size_bytes: 'All space.',
    node_vmstat_oom_kill: 'Processes ended for want of memory.',
    node_pressure_cpu_waiting_seconds_total: 'Time in which somebody waited for a CPU.',
    node_pressure_io_waiting_seconds_total: 'Time in which somebody waited for a disk.',
    node_pressure_memory_waiting_seconds_total: 'Time in which somebody waited for memory.',
  },
  prometheus: {
    up: '1 while the target answers.',
    ALERTS: 'Alerts that are pending or firing.',
    process_start_time_seconds: 'When the process began.',
    prometheus_rule_evaluation_failures_total: 'Rules that could not be evaluated.',
    prometheus_config_last_reload_successful: '1 unless the configuration is refused.',
  },
  alertmanager: {
    alertmanager_integrations: 'Ways by which alerts leave, the heartbeat among them.',
    alertmanager_receivers: 'Receivers that are in use: people, nobody, and the heartbeat where one is set.',
    alertmanager_notifications_failed_total: 'Notifications that were not taken.',
  },
};

/** Series that prom-client has by itself, in app and autoscaler. */
export const defaults = ['nodejs_eventloop_lag_p99_seconds'] as const;
