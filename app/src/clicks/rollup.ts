import { type Agent, agentName } from './agent.ts';
import type { RecordedClick } from './click.ts';
import { dayOf, unknownVisitor } from './visitor.ts';

/** A click with its agent read. */
export type SeenClick = Pick<RecordedClick, 'urlId' | 'at' | 'visitor' | 'referrer'> & { agent: Agent };

type Hour = { clicks: number; bots: number };
type Day = { agents: Map<Agent, number>; referrers: Map<string, number>; visitors: Set<string> };
type Url = { clicks: number; hours: Map<number, Hour>; days: Map<number, Day> };
/** What clicks sum up to, by url. */
export type Sums = Map<number, Url>;

const hourLength = 3_600_000;
const dayLength = 24 * hourLength;
/** Values that are told apart for a url, day and kind; what is beyond the first ones is summed as `otherValue`. */
export const mostValues = 100;
export const otherValue = '(other)';

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

const add = <K>(map: Map<K, number>, key: K): void => void map.set(key, (map.get(key) ?? 0) + 1);

function addPerson(day: Day, { agent, referrer, visitor }: SeenClick): void {
  add(day.agents, agent);
  if (visitor !== unknownVisitor) day.visitors.add(visitor);
  if (referrer === '') return;
  const room = day.referrers.size < mostValues || day.referrers.has(referrer);
  add(day.referrers, room ? referrer : otherValue);
}

/** Adds a click: bots to the clicks of their hour only, people also to what is known of the day. */
export function addClick(sums: Sums, click: SeenClick): void {
  const { urlId, at, agent } = click;
  const url = entry(sums, urlId, () => ({ clicks: 0, hours: new Map(), days: new Map() }));
  url.clicks += 1;
  const hour = entry(url.hours, at - (at % hourLength), () => ({ clicks: 0, bots: 0 }));
  hour.clicks += 1;
  if (agent.bot) {
    hour.bots += 1;
    return;
  }
  const makeDay = () => ({ agents: new Map(), referrers: new Map(), visitors: new Set<string>() });
  addPerson(entry(url.days, at - (at % dayLength), makeDay), click);
}

/** Everyone locks rows in this order, so that nobody waits for each other. */
const byNumber = (a: number, b: number): number => a - b;
const sorted = <V>(map: ReadonlyMap<number, V>): [number, V][] => [...map].sort(([a], [b]) => byNumber(a, b));

export type CounterRow = { urlId: number; clicks: number };
export const counterRows = (sums: Sums): CounterRow[] => sorted(sums).map(([urlId, { clicks }]) => ({ urlId, clicks }));

export type HourRow = Hour & { urlId: number; hour: number };
export const hourRows = (sums: Sums): HourRow[] =>
  sorted(sums).flatMap(([urlId, { hours }]) => sorted(hours).map(([hour, sum]) => ({ urlId, hour, ...sum })));

/** Clicks of one agent (browser, os and device together), or from one host. Those without a referrer have no row. */
export type ShareRow = { urlId: number; day: string; kind: 'agent' | 'referrer'; value: string; clicks: number };

function agentShares({ agents }: Day): Map<string, number> {
  const shares = new Map<string, number>();
  for (const [agent, clicks] of agents) shares.set(agentName(agent), (shares.get(agentName(agent)) ?? 0) + clicks);
  return shares;
}

export function shareRows(sums: Sums): ShareRow[] {
  const rows: ShareRow[] = [];
  for (const [urlId, { days }] of sorted(sums)) {
    for (const [at, sumsOfDay] of sorted(days)) {
      const day = dayOf(at);
      const push = (kind: ShareRow['kind'], shares: ReadonlyMap<string, number>): void => {
        const values = [...shares].sort(([one], [other]) => (one < other ? -1 : 1));
        for (const [value, clicks] of values) rows.push({ urlId, day, kind, value, clicks });
      };
      push('agent', agentShares(sumsOfDay));
      push('referrer', sumsOfDay.referrers);
    }
  }
  return rows;
}

export type VisitorRow = { urlId: number; day: string; visitors: ReadonlySet<string> };
export const visitorRows = (sums: Sums): VisitorRow[] =>
  sorted(sums).flatMap(([urlId, { days }]) =>
    sorted(days)
      .map(([at, { visitors }]) => ({ urlId, day: dayOf(at), visitors }))
      .filter(({ visitors }) => visitors.size > 0),
  );
