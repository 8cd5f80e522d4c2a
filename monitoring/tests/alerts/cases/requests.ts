import { carriedByCore, carriedByReplica } from '../../../src/capacity.ts';
import { atOnce, gauge, perSecond, type Signal, series, type World } from '../../support/world.ts';
import { type Case, one, share } from './case.ts';

const { app, autoscaler, bucket, edge, request } = series;

const oneReplicaOnFourCores: World = {
  ...Object.fromEntries(
    ['1', '2', '3'].map((cpu) => [`node_cpu_seconds_total{job="node", cpu="${cpu}", mode="idle"}`, perSecond(1)]),
  ),
  [autoscaler('effective_max')]: gauge(1),
};

/** Every one of so many requests a second takes longer than half a second. */
const allSlow = (rate: number): World => ({
  [request('302')]: perSecond(rate),
  [bucket('0.25')]: perSecond(0),
  [bucket('0.5')]: perSecond(0),
  [bucket('1')]: perSecond(rate),
  [bucket('+Inf')]: perSecond(rate),
});

const toHttps: World = {
  'edge_requests_total{job="autoscaler", kind="other", status="308", by="edge"}': perSecond(100),
};

/** A site with a request in four seconds, and the failures that it has beside them. */
const small = (below: Signal, above: Signal): Pick<Case, 'before' | 'below' | 'above'> => {
  const good: World = { [request('302')]: perSecond(0.25) };
  return {
    before: { world: good, seconds: 120 },
    below: { ...good, [request('500')]: below },
    above: { ...good, [request('500')]: above },
  };
};

/** Whatever the share: of failures as few as these one must not wake anybody. Later than this none is in the window any more. */
const hardlyAnyErrors: readonly Case[] = [
  { alert: 'HighErrorRate', ...small(atOnce(1), atOnce(3)), lasts: 20, cure: 10 },
  { alert: 'HighErrorRate', ...small(atOnce(2), atOnce(3)), lasts: 20, cure: 10 },
];

/** All requests are bad, but at the edge of what is traffic at all: just below it nothing is told. */
const hardlyAny: readonly Case[] = [
  {
    alert: 'HighErrorRate',
    below: { [request('302')]: perSecond(0), [request('500')]: perSecond(0.19) },
    above: { [request('302')]: perSecond(0), [request('500')]: perSecond(0.21) },
    // Of as little as this, too, an outage is told within a minute.
    lasts: 55,
    cure: 40,
  },
  {
    alert: 'EdgeErrorRate',
    below: { [edge('302', 'app')]: perSecond(0), [edge('503', 'edge')]: perSecond(0.95) },
    above: { [edge('302', 'app')]: perSecond(0), [edge('503', 'edge')]: perSecond(1.05) },
    lasts: 90,
    cure: 40,
  },
  { alert: 'HighLatency', below: allSlow(0.19), above: allSlow(0.21), lasts: 160, cure: 70 },
];

export const requests: readonly Case[] = [
  ...hardlyAny,
  ...hardlyAnyErrors,
  { alert: 'HighErrorRate', ...share(request('302'), request('500'), 4.8, 5.3), notBefore: 15, lasts: 90, cure: 40 },
  {
    alert: 'EdgeErrorRate',
    ...share(edge('302', 'app'), edge('503', 'edge'), 4.8, 5.3),
    notBefore: 15,
    lasts: 90,
    cure: 40,
  },
  {
    // As many again that nginx sends to https: of those who came for something as many fail as before.
    alert: 'EdgeErrorRate',
    below: { [edge('302', 'app')]: perSecond(95.2), [edge('503', 'edge')]: perSecond(4.8), ...toHttps },
    above: { [edge('302', 'app')]: perSecond(94.7), [edge('503', 'edge')]: perSecond(5.3), ...toHttps },
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
