import { gauge, series } from '../../support/world.ts';
import { type Case, one } from './case.ts';

const { up } = series;

export const services: readonly Case[] = [
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
