import type { Mix } from '../../../k6/lib/mix.ts';
import { stepOf, streamOf } from '../../../k6/lib/plan.ts';
import type { Workload } from '../../../k6/lib/workloads.ts';

/** A redirect that k6 asked for and that was not answered with one. */
export type Unanswered = {
  phase: string;
  index: number;
  /** Whether its click may have been made durable all the same. */
  mayBeDone: boolean;
};

const line = /unanswered (\w+) (\d+) (refused|unknown)/;

/** Reads what the scenario has written down. */
export const readUnanswered = (log: string): Unanswered[] =>
  log.split('\n').flatMap((text) => {
    const [, phase, index, fate] = line.exec(text) ?? [];
    return phase === undefined ? [] : [{ phase, index: Number(index), mayBeDone: fate === 'unknown' }];
  });

/** Clicks that a link must have, and those that it may have beside them; so many of all may be missing. */
export type Expected = { sure: Uint32Array; possible: Uint32Array; cutOff: number };

type Plan = Pick<Workload, 'mix' | 'popularity' | 'links'>;
/** Redirects of each phase: those that k6 has begun, and those that it saw answered. */
type Ran = ReadonlyMap<string, { started: number; answered: number }>;

const hasRedirects = (mix: Mix): boolean => mix.some(([action]) => action === 'redirect');

/**
 * The clicks that each link must have, from the redirects that each phase has started: iterations have numbers without
 * gaps, and what one of them asks for is a function of its number.
 */
export function expectClicks(plan: Plan, ran: Ran, unanswered: readonly Unanswered[]): Expected {
  const sure = new Uint32Array(plan.links);
  const possible = new Uint32Array(plan.links);
  const add = (to: Uint32Array, link: number, count: number) => {
    to[link] = (to[link] ?? 0) + count;
  };
  let cutOff = -unanswered.length;
  for (const [phase, { started, answered }] of hasRedirects(plan.mix) ? ran : []) {
    cutOff += started - answered;
    const stream = streamOf(phase);
    for (let index = 0, seen = 0; seen < started; index += 1) {
      const { action, link } = stepOf(plan, stream, index);
      if (action !== 'redirect') continue;
      seen += 1;
      add(sure, link, 1);
    }
  }
  for (const { phase, index, mayBeDone } of unanswered) {
    const { link } = stepOf(plan, streamOf(phase), index);
    add(sure, link, -1);
    if (mayBeDone) add(possible, link, 1);
  }
  return { sure, possible, cutOff: Math.max(0, cutOff) };
}

export type ClickCheck = {
  links: number;
  /** Redirects that were answered, and those of which the client does not know. */
  answered: number;
  unknown: number;
  /** Redirects that were asked for when the load was ended: nobody knows which links they were of. */
  cutOff: number;
  recorded: number;
  missing: number;
  doubled: number;
  /** The first links that differ. */
  differing: { link: number; answered: number; recorded: number }[];
};

const mostShown = 10;

/** Compares what must be with what is there, link by link. */
export function checkClicks({ sure, possible, cutOff }: Expected, recorded: ArrayLike<number>): ClickCheck {
  const check: ClickCheck = {
    links: sure.length,
    answered: sure.reduce((sum, clicks) => sum + clicks, 0),
    unknown: possible.reduce((sum, clicks) => sum + clicks, 0),
    cutOff,
    recorded: 0,
    missing: 0,
    doubled: 0,
    differing: [],
  };
  for (const [link, answered] of sure.entries()) {
    const found = recorded[link] ?? 0;
    check.recorded += found;
    const less = Math.max(0, answered - found);
    const more = Math.max(0, found - answered - (possible[link] ?? 0));
    check.missing += less;
    check.doubled += more;
    if (less + more > 0 && check.differing.length < mostShown)
      check.differing.push({ link, answered, recorded: found });
  }
  return check;
}
