import { type Agent, agentName } from './agent.ts';
import type { RecordedClick } from './click.ts';
import { dayOf, unknownVisitor } from './visitor.ts';

/** A click with its agent read. */
export type SeenClick = Pick<RecordedClick, 'urlId' | 'at' | 'visitor' | 'referrer'> & { agent: Agent };

/**
 * Clicks by url and time. Sums are read off runs of them: most urls have one click among those of a transaction, and maps
 * of maps for each would live as long as it does, so that collecting them cost more than all the rest.
 */
export type Ordered = readonly SeenClick[];
export const inOrder = (clicks: readonly SeenClick[]): Ordered =>
  clicks.toSorted((a, b) => a.urlId - b.urlId || a.at - b.at);

const hourLength = 3_600_000;
const dayLength = 24 * hourLength;
/** Values that are told apart for a url, day and kind; what is beyond the first ones is summed as `otherValue`. */
export const mostValues = 100;
export const otherValue = '(other)';

/** Some clicks of one url, of the period of time that begins at `from` (milliseconds since the epoch). */
type Run = { urlId: number; from: number; clicks: Ordered };

/** The clicks of each url and period. Everyone locks rows in this order, so that nobody waits for each other. */
function* runsOf(clicks: Ordered, length: number): Generator<Run> {
  const fromOf = ({ at }: SeenClick): number => at - (at % length);
  for (let first = clicks[0], start = 0, end = 1; first; end += 1) {
    const next = clicks[end];
    const from = fromOf(first);
    if (next && next.urlId === first.urlId && fromOf(next) === from) continue;
    yield { urlId: first.urlId, from, clicks: clicks.slice(start, end) };
    [first, start] = [next, end];
  }
}

const countOf = (clicks: Ordered, counts: (click: SeenClick) => boolean): number =>
  clicks.reduce((sum, click) => sum + Number(counts(click)), 0);
const isBot = ({ agent }: SeenClick): boolean => agent.bot;
const isPerson = ({ agent }: SeenClick): boolean => !agent.bot;

export type CounterRow = { urlId: number; clicks: number };
export const counterRows = (clicks: Ordered): CounterRow[] =>
  [...runsOf(clicks, Number.POSITIVE_INFINITY)].map(({ urlId, clicks: some }) => ({ urlId, clicks: some.length }));

/** Bots are among the clicks of their hour, and in no other sum. */
export type HourRow = { urlId: number; hour: number; clicks: number; bots: number };
export const hourRows = (clicks: Ordered): HourRow[] =>
  [...runsOf(clicks, hourLength)].map(({ urlId, from, clicks: some }) => ({
    urlId,
    hour: from,
    clicks: some.length,
    bots: countOf(some, isBot),
  }));

/** Clicks of one agent (browser, os and device together), or from one host. Those without a referrer have no row. */
export type ShareRow = { urlId: number; day: string; kind: 'agent' | 'referrer'; value: string; clicks: number };

type Shares = Map<string, number>;

const addTo = <K>(sums: Map<K, number>, key: K, clicks = 1): void => void sums.set(key, (sums.get(key) ?? 0) + clicks);

function agentShares(people: Ordered): Shares {
  const agents = new Map<Agent, number>();
  for (const { agent } of people) addTo(agents, agent);
  const shares: Shares = new Map();
  for (const [agent, clicks] of agents) addTo(shares, agentName(agent), clicks);
  return shares;
}

function referrerShares(people: Ordered): Shares {
  const shares: Shares = new Map();
  for (const { referrer } of people) {
    if (referrer === '') continue;
    addTo(shares, shares.size < mostValues || shares.has(referrer) ? referrer : otherValue);
  }
  return shares;
}

type DayOfPeople = { urlId: number; day: string; people: Ordered };

function* daysOf(clicks: Ordered): Generator<DayOfPeople> {
  const names = new Map<number, string>();
  for (const { urlId, from, clicks: some } of runsOf(clicks, dayLength)) {
    const day = names.get(from) ?? dayOf(from);
    names.set(from, day);
    yield { urlId, day, people: some.filter(isPerson) };
  }
}

export function shareRows(clicks: Ordered): ShareRow[] {
  const rows: ShareRow[] = [];
  for (const { urlId, day, people } of daysOf(clicks)) {
    const push = (kind: ShareRow['kind'], shares: Shares): void => {
      const values = [...shares].sort(([one], [other]) => (one < other ? -1 : 1));
      for (const [value, sum] of values) rows.push({ urlId, day, kind, value, clicks: sum });
    };
    push('agent', agentShares(people));
    push('referrer', referrerShares(people));
  }
  return rows;
}

/** Different visitors of a url on a day. */
export type VisitorRow = { urlId: number; day: string; visitors: ReadonlySet<string> };

/** The known visitors of each url and day that has any; made as they are asked for, as most need no more than a look. */
export function* visitorRows(clicks: Ordered): Generator<VisitorRow> {
  for (const { urlId, day, people } of daysOf(clicks)) {
    const visitors = new Set(people.map(({ visitor }) => visitor));
    visitors.delete(unknownVisitor);
    if (visitors.size > 0) yield { urlId, day, visitors };
  }
}
