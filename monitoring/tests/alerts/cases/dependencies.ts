import { gauge, series } from '../../support/world.ts';
import { type Case, one, share } from './case.ts';

const { app } = series;

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
