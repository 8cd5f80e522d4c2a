import { gauge, perSecond, series } from '../../support/world.ts';
import { type Case, one, share } from './case.ts';

const { app } = series;
const local = app('cache_requests_total{layer="local", result="hit"}');
const postgres = app('cache_requests_total{layer="postgres", result="hit"}');

export const dependencies: readonly Case[] = [
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
    ...share(local, postgres, 49, 51),
    step: 15,
    notBefore: 585,
    lasts: 960,
    cure: 330,
  },
  {
    // None is in a cache, but they are so few that no cache would hold them.
    alert: 'CacheHitRatioLow',
    below: { [local]: perSecond(0), [postgres]: perSecond(4.9) },
    above: { [local]: perSecond(0), [postgres]: perSecond(5.1) },
    step: 15,
    lasts: 960,
    cure: 330,
  },
];
