import { gauge, series } from '../../support/world.ts';
import { type Case, one } from './case.ts';

const { up } = series;

const exporter = 'nginx_up{job="nginx"}';
const probe = 'probe_success{job="blackbox", target="http://nginx/health"}';

/** Two look at nginx, its exporter and the probe through it: it is there for as long as either says so. */
const nginx: readonly Case[] = (
  [
    // Its exporter is dead alone, or cannot reach it though others can.
    [
      { [exporter]: 'absent', [up('nginx')]: gauge(0) },
      { [exporter]: 'absent', [probe]: gauge(0) },
    ],
    [{ [exporter]: gauge(0) }, { [exporter]: gauge(0), [probe]: gauge(0) }],
    // No replica answers the probe, or nothing probes.
    [{ [probe]: gauge(0) }, { [exporter]: 'absent', [probe]: 'absent' }],
    [{ [probe]: 'absent' }, { [exporter]: gauge(0), [probe]: 'absent' }],
  ] as const
).map(([below, above]) => ({ alert: 'ServiceDown', below, above, notBefore: 15, lasts: 40, cure: 10 }));

export const services: readonly Case[] = [
  { alert: 'ServiceDown', ...one(up('app'), gauge(1), gauge(0)), notBefore: 15, lasts: 40, cure: 10 },
  ...nginx,
  { alert: 'ServiceDown', ...one(up('autoscaler'), gauge(1), 'absent'), notBefore: 15, lasts: 40, cure: 10 },
  {
    alert: 'EndpointDown',
    ...one(probe, gauge(1), gauge(0)),
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
