import { carriedByCore, carriedByReplica } from '../../src/capacity.ts';
import { ago, gauge, perSecond, type Signal, series, type World } from '../support/world.ts';

/** An alert's threshold: what is just short of it, what is just beyond, and when that is told. */
export type Case = {
  alert: string;
  severity?: string;
  below: World;
  above: World;
  /** Seconds of a step of the story, how long the fault lasts in seconds, and how long its cure takes to be told. */
  step?: number;
  lasts: number;
  cure: number;
  /** When it must not fire yet, in seconds after the fault began: its `for`. */
  notBefore?: number;
};

const { app, autoscaler, bucket, edge, edgeTime, request, up } = series;

const one = (name: string, below: Signal, above: Signal): Pick<Case, 'below' | 'above'> => ({
  below: { [name]: below },
  above: { [name]: above },
});

const share = (good: string, bad: string, below: number, above: number): Pick<Case, 'below' | 'above'> => ({
  below: { [good]: perSecond(100 - below), [bad]: perSecond(below) },
  above: { [good]: perSecond(100 - above), [bad]: perSecond(above) },
});

const services: readonly Case[] = [
  { alert: 'ServiceDown', ...one(up('app'), gauge(1), gauge(0)), notBefore: 15, lasts: 40, cure: 10 },
  { alert: 'ServiceDown', ...one('nginx_up{job="nginx"}', gauge(1), gauge(0)), notBefore: 15, lasts: 40, cure: 10 },
  { alert: 'ServiceDown', ...one(up('autoscaler'), gauge(1), 'absent'), notBefore: 15, lasts: 40, cure: 10 },
  {
    alert: 'EndpointDown',
    ...one('probe_success{job="blackbox", target="http://nginx/health"}', gauge(1), gauge(0)),
    notBefore: 15,
    lasts: 40,
    cure: 10,
  },
  {
    alert: 'RedisDown',
    ...one('redis_up{job="redis", store="queue"}', gauge(1), gauge(0)),
    notBefore: 15,
    lasts: 40,
    cure: 10,
  },
  {
    alert: 'RedisDown',
    ...one('redis_up{job="redis", store="cache"}', gauge(1), 'absent'),
    notBefore: 15,
    lasts: 40,
    cure: 10,
  },
  { alert: 'PostgresDown', ...one('pg_up{job="postgres"}', gauge(1), gauge(0)), notBefore: 15, lasts: 40, cure: 10 },
  { alert: 'PostgresDown', ...one('pg_up{job="postgres"}', gauge(1), 'absent'), notBefore: 15, lasts: 40, cure: 10 },
];

const oneReplicaOnFourCores: World = {
  ...Object.fromEntries(
    ['1', '2', '3'].map((cpu) => [`node_cpu_seconds_total{job="node", cpu="${cpu}", mode="idle"}`, perSecond(1)]),
  ),
  [autoscaler('effective_max')]: gauge(1),
};

const requests: readonly Case[] = [
  { alert: 'HighErrorRate', ...share(request('302'), request('500'), 4.8, 5.3), notBefore: 15, lasts: 90, cure: 40 },
  {
    alert: 'EdgeErrorRate',
    ...share(edge('302', 'app'), edge('503', 'edge'), 4.8, 5.3),
    notBefore: 15,
    lasts: 90,
    cure: 40,
  },
  {
    alert: 'HighLatency',
    below: { [bucket('0.25')]: perSecond(0), [bucket('0.5')]: perSecond(9.6) },
    above: { [bucket('0.25')]: perSecond(0), [bucket('0.5')]: perSecond(9.4) },
    notBefore: 55,
    lasts: 160,
    cure: 70,
  },
  {
    alert: 'HighRequestRate',
    ...one(edge('302', 'app'), perSecond(0.79 * carriedByCore), perSecond(0.81 * carriedByCore)),
    notBefore: 55,
    lasts: 160,
    cure: 70,
  },
  {
    alert: 'HighRequestRate',
    below: { ...oneReplicaOnFourCores, [edge('302', 'app')]: perSecond(0.79 * carriedByReplica) },
    above: { ...oneReplicaOnFourCores, [edge('302', 'app')]: perSecond(0.81 * carriedByReplica) },
    notBefore: 55,
    lasts: 160,
    cure: 70,
  },
  {
    alert: 'EventLoopBlocked',
    ...one(app('nodejs_eventloop_lag_p99_seconds'), gauge(0.2), gauge(0.21)),
    notBefore: 55,
    lasts: 80,
    cure: 10,
  },
];

const dependencies: readonly Case[] = [
  {
    alert: 'PgPoolExhausted',
    ...one(app('pg_pool_connections{pool="requests", state="waiting"}'), gauge(0), gauge(1)),
    notBefore: 55,
    lasts: 80,
    cure: 10,
  },
  {
    alert: 'BreakerOpen',
    ...one(app('circuit_breaker_state{dependency="cache"}'), gauge(0), gauge(1)),
    notBefore: 10,
    lasts: 40,
    cure: 10,
  },
  {
    alert: 'CacheHitRatioLow',
    ...share(
      app('cache_requests_total{layer="local", result="hit"}'),
      app('cache_requests_total{layer="postgres", result="hit"}'),
      49,
      51,
    ),
    step: 15,
    notBefore: 585,
    lasts: 960,
    cure: 330,
  },
];

const scaling: readonly Case[] = [
  {
    alert: 'HighReplicaCount',
    below: {
      [autoscaler('replicas{state="serving"}')]: gauge(3),
      [autoscaler('wanted')]: gauge(4),
      [autoscaler('desired')]: gauge(3),
    },
    above: {
      [autoscaler('replicas{state="serving"}')]: gauge(4),
      [autoscaler('wanted')]: gauge(4),
      [autoscaler('desired')]: gauge(4),
    },
    notBefore: 115,
    lasts: 200,
    cure: 10,
  },
  {
    alert: 'AutoscalerSaturated',
    ...one(autoscaler('saturated'), gauge(0), gauge(1)),
    notBefore: 115,
    lasts: 140,
    cure: 10,
  },
  {
    alert: 'AutoscalerStuck',
    ...one(autoscaler('last_tick_timestamp_seconds'), ago(20), ago(21)),
    notBefore: 0,
    lasts: 20,
    cure: 10,
  },
  {
    alert: 'AutoscalerNotConverging',
    ...one(autoscaler('desired'), gauge(2), gauge(3)),
    notBefore: 175,
    lasts: 200,
    cure: 10,
  },
  {
    alert: 'AutoscalerFlapping',
    ...one(autoscaler('changes_total{direction="up"}'), perSecond(5.9 / 600), perSecond(6.3 / 600)),
    step: 15,
    lasts: 900,
    cure: 200,
  },
  {
    alert: 'AutoscalerBlind',
    ...one(autoscaler('unknown_readings{reading="use"}'), gauge(0), gauge(1)),
    notBefore: 115,
    lasts: 140,
    cure: 10,
  },
  {
    alert: 'EdgeRefusesUpstream',
    ...one(autoscaler('edge_refused'), gauge(0), gauge(1)),
    notBefore: 5,
    lasts: 30,
    cure: 10,
  },
];

const clicks: readonly Case[] = [
  { alert: 'ClickBacklog', ...one(app('click_queue_bytes'), gauge(50), gauge(51)), notBefore: 25, lasts: 50, cure: 10 },
  {
    alert: 'ClickIngestStalled',
    ...one(app('click_queue_oldest_seconds'), gauge(60), gauge(61)),
    notBefore: 5,
    lasts: 30,
    cure: 10,
  },
  { alert: 'ClicksDropped', ...one(app('clicks_dropped_total'), perSecond(0), perSecond(0.1)), lasts: 30, cure: 65 },
];

const available = 'node_memory_MemAvailable_bytes{job="node"}';
const working = 'container_memory_working_set_bytes{job="autoscaler", container="app-1"}';
const free = 'node_filesystem_avail_bytes{job="node", fstype="ext4", device="/dev/vda", mountpoint="/"}';

const size = 'node_filesystem_size_bytes{job="node", fstype="ext4", device="/dev/vda", mountpoint="/"}';

const machine: readonly Case[] = [
  {
    alert: 'HighMemoryUsage',
    severity: 'warning',
    ...one(available, gauge(10), gauge(9.9)),
    notBefore: 115,
    lasts: 140,
    cure: 10,
  },
  {
    alert: 'HighMemoryUsage',
    severity: 'critical',
    ...one(available, gauge(4), gauge(3.9)),
    notBefore: 25,
    lasts: 50,
    cure: 10,
  },
  {
    alert: 'HighCPU',
    ...share(
      'node_cpu_seconds_total{job="node", cpu="0", mode="idle"}',
      'node_cpu_seconds_total{job="node", cpu="0", mode="user"}',
      94.5,
      95.5,
    ),
    step: 15,
    notBefore: 285,
    lasts: 510,
    cure: 150,
  },
  {
    alert: 'ContainerNearLimit',
    severity: 'warning',
    ...one(working, gauge(90), gauge(91)),
    notBefore: 55,
    lasts: 80,
    cure: 10,
  },
  {
    alert: 'ContainerNearLimit',
    severity: 'critical',
    ...one(working, gauge(97), gauge(98)),
    notBefore: 10,
    lasts: 40,
    cure: 10,
  },
  { alert: 'OOMKill', ...one('node_vmstat_oom_kill{job="node"}', perSecond(0), perSecond(0.02)), lasts: 60, cure: 310 },
  {
    alert: 'DiskFillingUp',
    severity: 'warning',
    // A day is 86,400 s: empty a little later, and a little sooner.
    below: {
      [free.replace('/dev/vda', '/dev/vdc')]: gauge(39, -39 / 95_000),
      [size.replace('/dev/vda', '/dev/vdc')]: gauge(100),
    },
    above: {
      [free.replace('/dev/vda', '/dev/vdc')]: gauge(39, -39 / 85_000),
      [size.replace('/dev/vda', '/dev/vdc')]: gauge(100),
    },
    step: 15,
    notBefore: 3600,
    lasts: 4200,
    cure: 30,
  },
  {
    alert: 'DiskFillingUp',
    severity: 'warning',
    below: { [free.replace('/dev/vda', '/dev/vdb')]: gauge(15), [size.replace('/dev/vda', '/dev/vdb')]: gauge(100) },
    above: { [free.replace('/dev/vda', '/dev/vdb')]: gauge(14.9), [size.replace('/dev/vda', '/dev/vdb')]: gauge(100) },
    step: 15,
    notBefore: 285,
    lasts: 360,
    cure: 30,
  },
  {
    alert: 'DiskFillingUp',
    severity: 'critical',
    ...one(free, gauge(5), gauge(4.9)),
    notBefore: 25,
    lasts: 50,
    cure: 10,
  },
];

const slo: readonly Case[] = [
  {
    alert: 'SLOFastBurn',
    ...share(edge('302', 'app'), edge('500', 'app'), 0.58, 1.5),
    step: 60,
    lasts: 7_200,
    cure: 2_400,
  },
  {
    alert: 'SLOFastBurn',
    below: { [edgeTime('bucket{le="0.5"}')]: perSecond(9.5) },
    above: { [edgeTime('bucket{le="0.5"}')]: perSecond(8.5) },
    step: 60,
    lasts: 7_200,
    cure: 2_400,
  },
  {
    alert: 'SLOSlowBurn',
    ...share(edge('302', 'app'), edge('500', 'app'), 0.09, 0.32),
    step: 300,
    notBefore: 600,
    lasts: 90_000,
    cure: 30_000,
  },
];

const upkeep: readonly Case[] = [
  {
    alert: 'CertExpiringSoon',
    ...one(
      'probe_ssl_earliest_cert_expiry{job="blackbox", target="https://nginx/health"}',
      gauge(90 * 86_400),
      gauge(14 * 86_400),
    ),
    notBefore: 295,
    lasts: 330,
    cure: 10,
  },
  {
    alert: 'BackupTooOld',
    below: { 'backup_last_success_timestamp_seconds{job="backup"}': gauge(7_200) },
    above: { 'backup_last_success_timestamp_seconds{job="backup"}': gauge(1) },
    step: 600,
    notBefore: 93_600,
    lasts: 95_400,
    cure: 0,
  },
  { alert: 'MonitoringDown', ...one(up('blackbox'), gauge(1), gauge(0)), notBefore: 55, lasts: 80, cure: 10 },
  { alert: 'MonitoringDown', ...one(up('loki'), gauge(1), 'absent'), notBefore: 55, lasts: 80, cure: 10 },
  {
    alert: 'AlertsNotDelivered',
    ...one(
      'alertmanager_notifications_failed_total{job="alertmanager", integration="email"}',
      perSecond(0),
      perSecond(0.1),
    ),
    notBefore: 55,
    lasts: 120,
    cure: 330,
  },
  {
    alert: 'RulesFailing',
    ...one('prometheus_config_last_reload_successful{job="prometheus"}', gauge(1), gauge(0)),
    notBefore: 55,
    lasts: 80,
    cure: 10,
  },
  {
    alert: 'RulesFailing',
    ...one('prometheus_rule_evaluation_failures_total{job="prometheus"}', perSecond(0), perSecond(0.1)),
    notBefore: 55,
    lasts: 120,
    cure: 330,
  },
];

export const cases: readonly Case[] = [
  ...services,
  ...requests,
  ...dependencies,
  ...scaling,
  ...clicks,
  ...machine,
  ...slo,
  ...upkeep,
];
