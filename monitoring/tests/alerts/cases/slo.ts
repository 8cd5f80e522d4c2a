import { perSecond, series, type World } from '../../support/world.ts';
import { type Case, share } from './case.ts';

const { edge, edgeTime } = series;

/** Of ten redirects a second so many percent take longer than this bound. */
const slow = (bound: string, percent: number): World => ({
  [edgeTime(`bucket{le="${bound}"}`)]: perSecond(10 - percent / 10),
});

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
    below: slow('0.5', 5),
    above: slow('0.5', 15),
    step: 60,
    lasts: 7_200,
    cure: 2_400,
  },
  // Six times a budget of 5 %, over half an hour and over six.
  { alert: 'SLOFastBurn', below: slow('0.1', 29), above: slow('0.1', 31), step: 60, lasts: 7_200, cure: 2_400 },
  {
    alert: 'SLOSlowBurn',
    ...share(edge('302', 'app'), edge('500', 'app'), 0.09, 0.32),
    step: 300,
    notBefore: 600,
    lasts: 90_000,
    cure: 30_000,
  },
  // The budget itself, over six hours and over three days.
  {
    alert: 'SLOSlowBurn',
    below: slow('0.1', 4.8),
    above: slow('0.1', 5.3),
    step: 300,
    notBefore: 600,
    lasts: 90_000,
    cure: 30_000,
  },
  {
    alert: 'SLOSlowBurn',
    below: slow('0.5', 0.9),
    above: slow('0.5', 1.2),
    step: 300,
    notBefore: 600,
    lasts: 90_000,
    cure: 30_000,
  },
];
