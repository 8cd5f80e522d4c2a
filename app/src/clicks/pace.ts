/**
 * How busy this replica is with redirects: `busy` while there are many and its event loop works more than a quarter of
 * the time, `saturated` while no processor time is left on the machine either.
 */
export type Load = 'idle' | 'busy' | 'saturated';

/** What has been used of a while. */
export type Usage = {
  /** Clicks that this replica recorded, a second. */
  clickRate: number;
  /** Share of the time that the event loop worked. */
  eventLoop: number;
  /** Share of the machine's processor time that nobody used. */
  unused: number;
};

/** Fewer are written with so little work that there is nothing to gain by waiting. */
const manyClicks = 500;
const busyFrom = 0.25;
/** Ingestion takes more than this: with less unused, it cannot keep up without slowing redirects. */
const saturatedBelow = 0.1;

export function loadOf({ clickRate, eventLoop, unused }: Usage): Load {
  if (clickRate < manyClicks || eventLoop <= busyFrom) return 'idle';
  return unused < saturatedBelow ? 'saturated' : 'busy';
}

/** How long clicks may wait while redirects need the processor: seconds usually, longer in a burst. */
const usualWait = 2_000;
const burstWait = 30_000;

type State = {
  load: Load;
  /** Milliseconds since nothing was waiting. */
  sinceEmpty: number;
  /** Share of the queue's capacity that is used. */
  filled: number;
  /** Whether this burst has had its long wait already. */
  longWaitTaken: boolean;
};

/**
 * Whether ingestion should work now. Idle: at once. Busy: every other second, in larger sums. Saturated: it gives way
 * for half a minute, once until the load ends, as a load that lasts longer is no burst. Never when the queue is half full.
 */
export function mayIngest({ load, sinceEmpty, filled, longWaitTaken }: State): boolean {
  if (load === 'idle' || filled >= 0.5) return true;
  return sinceEmpty >= (load === 'saturated' && !longWaitTaken ? burstWait : usualWait);
}

/** Whether a burst's long wait is over with this state. */
export const endsLongWait = ({ load, sinceEmpty }: Pick<State, 'load' | 'sinceEmpty'>): boolean =>
  load === 'saturated' && sinceEmpty >= burstWait;

/** While redirects are many, ingestion works a third of the time; never longer at rest than this, in milliseconds. */
const restPerWork = 2;
const longestRest = 20;

/**
 * How long ingestion rests after so many milliseconds of work. Not once the machine is saturated: whoever rests then falls
 * behind, as each piece of work takes longer.
 */
export const restAfter = (load: Load, worked: number): number =>
  load === 'busy' ? Math.min(longestRest, restPerWork * worked) : 0;

/** After many clicks the next are summed for a second. */
const many = 20;
const restAfterMany = 1_000;
/** The next click may come soon. */
const shortestRest = 50;
/** Milliseconds that rounds may take at once, and the share of the time that they may take for long. */
const burst = 200;
const share = 0.05;

type Round = { began: number; ended: number };

/**
 * How long ingestion rests after each round of so many clicks, from now on. A round takes as long for one click as for
 * twenty: on an idle service each click is written at once, and while they keep coming rounds take a twentieth of the
 * time (a token bucket of working time).
 */
export function createRests(now: number): (clicks: number, round: Round) => number {
  let left = burst;
  let at = now;
  return (clicks, { began, ended }) => {
    left = Math.max(-restAfterMany * share, Math.min(burst, left + share * (ended - at)) - (ended - began));
    at = ended;
    if (clicks > many) return restAfterMany;
    return Math.max(shortestRest, -left / share);
  };
}
