/** How a series behaves for a while: it stands, grows by so much a second or at once, is a time some seconds ago, or is not told. */
export type Signal =
  | { gauge: number; slope?: number }
  | { perSecond: number }
  | { atOnce: number }
  | { ago: number }
  | 'absent';
export type World = Readonly<Record<string, Signal>>;

/** A value that stands, or moves by so much a second. */
export const gauge = (value: number, slope = 0): Signal => ({ gauge: value, slope });
export const ago = (seconds: number): Signal => ({ ago: seconds });
export const perSecond = (rate: number): Signal => ({ perSecond: rate });
/** A counter that has just grown by so much, and then stands. */
export const atOnce = (count: number): Signal => ({ atOnce: count });

const request = (status: string): string =>
  `http_request_duration_seconds_count{job="app", instance="a", method="GET", route="/:code", status="${status}"}`;
const bucket = (le: string): string =>
  `http_request_duration_seconds_bucket{job="app", instance="a", method="GET", route="/:code", status="302", le="${le}"}`;
const edge = (status: string, by: string): string =>
  `edge_requests_total{job="autoscaler", kind="redirect", status="${status}", by="${by}"}`;
const edgeTime = (part: string): string =>
  `edge_request_duration_seconds_${part.replace('{', '{job="autoscaler", kind="redirect", ')}`;
const up = (job: string): string => `up{job="${job}", instance="${job}"}`;
const autoscaler = (name: string): string =>
  name.includes('{')
    ? `autoscaler_${name.replace('{', '{job="autoscaler", ')}`
    : `autoscaler_${name}{job="autoscaler"}`;
const app = (name: string): string =>
  name.includes('{') ? name.replace('{', '{job="app", instance="a", ') : `${name}{job="app", instance="a"}`;

export const series = { request, bucket, edge, edgeTime, up, autoscaler, app } as const;

const parts = [
  'app',
  'autoscaler',
  'prometheus',
  'alertmanager',
  'blackbox',
  'node',
  'nginx',
  'loki',
  'collector',
  'jaeger',
  'grafana',
];

/** A stack at ten redirects a second in which nothing is wrong. */
export const healthy: World = {
  ...Object.fromEntries(parts.map((job) => [up(job), gauge(1)])),
  'nginx_up{job="nginx"}': gauge(1),
  'redis_up{job="redis", store="cache"}': gauge(1),
  'redis_up{job="redis", store="queue"}': gauge(1),
  'pg_up{job="postgres"}': gauge(1),
  'probe_success{job="blackbox", target="http://nginx/health"}': gauge(1),
  'probe_ssl_earliest_cert_expiry{job="blackbox", target="https://nginx/health"}': gauge(90 * 86_400),
  [request('302')]: perSecond(10),
  [request('500')]: perSecond(0),
  [bucket('0.25')]: perSecond(10),
  [bucket('0.5')]: perSecond(10),
  [bucket('1')]: perSecond(10),
  [bucket('+Inf')]: perSecond(10),
  [edge('302', 'app')]: perSecond(10),
  [edge('500', 'app')]: perSecond(0),
  [edge('503', 'edge')]: perSecond(0),
  [edgeTime('bucket{le="0.1"}')]: perSecond(10),
  [edgeTime('bucket{le="0.5"}')]: perSecond(10),
  [edgeTime('count{}')]: perSecond(10),
  [app('nodejs_eventloop_lag_p99_seconds')]: gauge(0.01),
  [app('pg_pool_connections{pool="requests", state="waiting"}')]: gauge(0),
  [app('circuit_breaker_state{dependency="cache"}')]: gauge(0),
  [app('cache_requests_total{layer="local", result="hit"}')]: perSecond(9),
  [app('cache_requests_total{layer="postgres", result="hit"}')]: perSecond(1),
  [app('click_queue_bytes')]: gauge(10),
  [app('click_queue_capacity_bytes')]: gauge(100),
  [app('click_queue_oldest_seconds')]: gauge(1),
  [app('clicks_dropped_total')]: perSecond(0),
  [autoscaler('replicas{state="serving"}')]: gauge(2),
  [autoscaler('effective_max')]: gauge(5),
  [autoscaler('wanted')]: gauge(1),
  [autoscaler('desired')]: gauge(2),
  [autoscaler('saturated')]: gauge(0),
  [autoscaler('acting')]: gauge(1),
  [autoscaler('release_active')]: gauge(0),
  [autoscaler('edge_refused')]: gauge(0),
  [autoscaler('unknown_readings{reading="use"}')]: gauge(0),
  [autoscaler('changes_total{direction="up"}')]: perSecond(0),
  [autoscaler('last_tick_timestamp_seconds')]: ago(1),
  'node_memory_MemAvailable_bytes{job="node"}': gauge(50),
  'node_memory_MemTotal_bytes{job="node"}': gauge(100),
  'node_cpu_seconds_total{job="node", cpu="0", mode="idle"}': perSecond(0.5),
  'node_cpu_seconds_total{job="node", cpu="0", mode="user"}': perSecond(0.5),
  'node_vmstat_oom_kill{job="node"}': perSecond(0),
  'node_filesystem_avail_bytes{job="node", fstype="ext4", device="/dev/vda", mountpoint="/"}': gauge(50),
  'node_filesystem_size_bytes{job="node", fstype="ext4", device="/dev/vda", mountpoint="/"}': gauge(100),
  'container_memory_working_set_bytes{job="autoscaler", container="app-1"}': gauge(50),
  'container_memory_limit_bytes{job="autoscaler", container="app-1"}': gauge(100),
  'backup_wal_archived_timestamp_seconds{job="backup"}': ago(30),
  'backup_wal_failures_total{job="backup"}': perSecond(0),
  'prometheus_rule_evaluation_failures_total{job="prometheus"}': perSecond(0),
  'prometheus_config_last_reload_successful{job="prometheus"}': gauge(1),
  'process_start_time_seconds{job="prometheus"}': gauge(-600),
  'alertmanager_notifications_failed_total{job="alertmanager", integration="email"}': perSecond(0),
  'alertmanager_notifications_failed_total{job="alertmanager", integration="webhook"}': perSecond(0),
};

/** The same stack when nobody asks for anything. */
export const idle: World = Object.fromEntries(
  Object.entries(healthy).map(([name, signal]) => {
    const counts = /^(http_request|edge_|cache_requests)/.test(name);
    return [name, counts ? perSecond(0) : signal];
  }),
);
