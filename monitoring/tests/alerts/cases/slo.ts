import { atOnce, perSecond, series, type World } from '../../support/world.ts';
import { type Case, share } from './case.ts';

const { edge, edgeTime } = series;
const [minute, hour, day] = [60, 3_600, 86_400];

/** Of ten redirects a second so many percent take longer than this bound. */
const slow = (bound: string, percent: number): World => ({
  [edgeTime(`bucket{le="${bound}"}`)]: perSecond(10 - percent / 10),
});

/** Of a hundred redirects a second so many percent fail. The budget is 0.1 %: with 1 % it is spent ten times too fast. */
const failing = (below: number, above: number): Pick<Case, 'below' | 'above'> =>
  share(edge('302', 'app'), edge('500', 'app'), below, above);

/** So many good redirects that what comes after them is next to nothing in a window that still holds some of them. */
const busy = (seconds: number): NonNullable<Case['before']> => ({
  world: { [edge('302', 'app')]: perSecond(1_000) },
  seconds,
});

/** No redirects but such as fail, so many an hour. */
const onlyBad = (below: number, above: number): Pick<Case, 'below' | 'above'> => {
  const rare = (anHour: number): World => ({
    [edge('302', 'app')]: perSecond(0),
    [edge('500', 'app')]: perSecond(anHour / hour),
  });
  return { below: rare(below), above: rare(above) };
};

const fast = { alert: 'SLOFastBurn', step: minute } as const;
const slowly = { alert: 'SLOSlowBurn', step: 15 * minute } as const;

/**
 * Each pair of windows alone, for its alert's other pair is silent all the while: just below and just above its rate, not before
 * the long window is full of it, and over when the short one is free of it though the long one is not.
 */
const pairs: readonly Case[] = [
  // 14.4 over 1 h and 5 min
  {
    ...fast,
    ...failing(1.42, 1.48),
    before: busy(6 * hour),
    notBefore: 55 * minute,
    lasts: 66 * minute,
    cure: 6 * minute,
  },
  // 6 over 6 h and 30 min
  {
    ...fast,
    step: 2 * minute,
    ...failing(0.59, 0.62),
    before: busy(6 * hour),
    notBefore: 5.5 * hour,
    lasts: 380 * minute,
    cure: 36 * minute,
  },
  // 3 over 1 d and 2 h
  {
    ...slowly,
    ...failing(0.29, 0.31),
    before: busy(3 * day),
    notBefore: 22 * hour,
    lasts: 24.75 * hour,
    cure: 2.25 * hour,
  },
  // 1 over 3 d and 6 h
  {
    ...slowly,
    ...failing(0.097, 0.103),
    before: busy(3 * day),
    notBefore: 2.5 * day,
    lasts: 72.75 * hour,
    cure: 6.25 * hour,
  },
];

/** Each objective of latency has a budget of its own: 5 % and 1 %. */
const latency: readonly Case[] = [
  { ...fast, below: slow('0.1', 29), above: slow('0.1', 31), lasts: 2 * hour, cure: 40 * minute },
  { ...fast, below: slow('0.5', 5.8), above: slow('0.5', 6.2), lasts: 2 * hour, cure: 40 * minute },
  { ...slowly, below: slow('0.1', 4.8), above: slow('0.1', 5.3), lasts: 25 * hour, cure: 8 * hour },
  { ...slowly, below: slow('0.5', 0.9), above: slow('0.5', 1.2), lasts: 25 * hour, cure: 8 * hour },
];

/** With fewer than thirty redirects an hour a share means nothing. */
const guarded: readonly Case[] = [
  { ...fast, ...onlyBad(29, 31), lasts: 2 * hour, cure: 40 * minute },
  { ...slowly, ...onlyBad(29, 31), notBefore: 30 * minute, lasts: 3 * hour, cure: 6.25 * hour },
];

/** After hours of so many good redirects an hour, so many that fail. */
const beside = (anHour: number, below: number, above: number): Pick<Case, 'before' | 'below' | 'above'> => {
  const good: World = { [edge('302', 'app')]: perSecond(anHour / hour) };
  const failed = (count: number): World => ({ ...good, [edge('500', 'app')]: atOnce(count) });
  return { before: { world: good, seconds: 8 * hour }, below: failed(below), above: failed(above) };
};

/**
 * Each failure is more than its share of so few redirects, one an hour as well as two: only a third is told. Looked at while
 * the short window still has them.
 */
const few: readonly Case[] = [
  { ...fast, ...beside(40, 1, 3), lasts: 3 * minute, cure: 40 * minute },
  { ...fast, ...beside(68, 2, 3), lasts: 3 * minute, cure: 40 * minute },
  { ...slowly, ...beside(40, 1, 3), lasts: hour, cure: 7 * hour },
  { ...slowly, ...beside(100, 2, 3), lasts: hour, cure: 7 * hour },
];

export const slo: readonly Case[] = [...pairs, ...latency, ...guarded, ...few];
