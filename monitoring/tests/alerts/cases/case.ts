import { perSecond, type Signal, type World } from '../../support/world.ts';

/** An alert's threshold: what is just short of it, what is just beyond, and when that is told. */
export type Case = {
  alert: string;
  severity?: string;
  below: World;
  above: World;
  /** What was before, and for so many seconds; absent is a minute of health. */
  before?: { world?: World; seconds: number };
  /** Seconds of a step of the story, how long the fault lasts in seconds, and how long its cure takes to be told. */
  step?: number;
  lasts: number;
  cure: number;
  /** What the cure brings that a healthy world has not. */
  cured?: World;
  /** When it must not fire yet, in seconds after the fault began: its `for`. */
  notBefore?: number;
};

/** A threshold on one signal. */
export const one = (name: string, below: Signal, above: Signal): Pick<Case, 'below' | 'above'> => ({
  below: { [name]: below },
  above: { [name]: above },
});

/** A threshold on the share of what is bad, in percent. */
export const share = (good: string, bad: string, below: number, above: number): Pick<Case, 'below' | 'above'> => ({
  below: { [good]: perSecond(100 - below), [bad]: perSecond(below) },
  above: { [good]: perSecond(100 - above), [bad]: perSecond(above) },
});
