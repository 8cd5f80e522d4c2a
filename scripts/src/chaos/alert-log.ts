/** An alert as Prometheus has it at one moment. */
export type Seen = { name: string; state: 'pending' | 'firing' };

/** When an alert was first seen in each state, in milliseconds; `ended` when it was not firing any more. */
export type AlertTimes = {
  name: string;
  pending: number | undefined;
  firing: number | undefined;
  ended: number | undefined;
};

export type AlertLog = {
  look(at: number, seen: readonly Seen[]): void;
  /** One for each time that an alert went up, the earliest first. */
  times(): AlertTimes[];
  firing(): string[];
};

/** A scrape and an evaluation, 10 s each: what is noticed so soon after a moment may have begun before it. */
const noticing = 20_000;

/** Whether an alert began before a moment, as far as that can be told. */
export const beganBefore = ({ firing = 0, pending = firing }: AlertTimes, moment: number): boolean =>
  pending < moment + noticing;

const mostTimes = 10_000;

/** Joins looks at all alerts into a history. */
export function createAlertLog(): AlertLog {
  const all: AlertTimes[] = [];
  const open = new Map<string, AlertTimes>();
  function begin(name: string): AlertTimes {
    const times = { name, pending: undefined, firing: undefined, ended: undefined };
    open.set(name, times);
    if (all.length < mostTimes) all.push(times);
    return times;
  }
  function end(at: number, fires: ReadonlySet<string>, waits: ReadonlySet<string>): void {
    for (const times of open.values()) {
      if (fires.has(times.name) || (times.firing === undefined && waits.has(times.name))) continue;
      if (times.firing !== undefined) times.ended = at;
      open.delete(times.name);
    }
  }
  return {
    look(at, seen) {
      const named = (wanted: Seen['state']) =>
        new Set(seen.filter(({ state }) => state === wanted).map(({ name }) => name));
      const [fires, waits] = [named('firing'), named('pending')];
      end(at, fires, waits);
      for (const name of fires) (open.get(name) ?? begin(name)).firing ??= at;
      for (const name of waits) (open.get(name) ?? begin(name)).pending ??= at;
    },
    times: () => all.map((times) => ({ ...times })),
    firing: () => [...open.values()].filter(({ firing }) => firing !== undefined).map(({ name }) => name),
  };
}
