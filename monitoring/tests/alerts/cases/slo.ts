import { perSecond, series } from '../../support/world.ts';
import { type Case, share } from './case.ts';

const { edge, edgeTime } = series;

export const slo: readonly Case[] = [
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
