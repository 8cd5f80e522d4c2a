import { ago, gauge, perSecond, series, type World } from '../../support/world.ts';
import { type Case, one } from './case.ts';

const { autoscaler } = series;

const nearlyAll: World = { [autoscaler('replicas{state="serving"}')]: gauge(4), [autoscaler('desired')]: gauge(4) };

export const scaling: readonly Case[] = [
  {
    // There are as many as the machine holds, for they are not taken away at once; the load asks for fewer again.
    alert: 'HighReplicaCount',
    below: { ...nearlyAll, [autoscaler('wanted')]: gauge(3) },
    above: { ...nearlyAll, [autoscaler('wanted')]: gauge(4) },
    notBefore: 115,
    lasts: 200,
    cure: 10,
  },
  {
    // A small machine holds two, and two there are, always.
    alert: 'HighReplicaCount',
    below: { [autoscaler('effective_max')]: gauge(2), [autoscaler('wanted')]: gauge(1) },
    above: { [autoscaler('effective_max')]: gauge(2), [autoscaler('wanted')]: gauge(2) },
    notBefore: 115,
    lasts: 200,
    cure: 10,
  },
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
    below: { [autoscaler('wanted')]: gauge(5), [autoscaler('saturated')]: gauge(0) },
    above: { [autoscaler('wanted')]: gauge(7), [autoscaler('saturated')]: gauge(1) },
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
    ...one(autoscaler('changes_total{direction="up"}'), perSecond(6.3 / 600), perSecond(7 / 600)),
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
