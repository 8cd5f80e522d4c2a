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
  times(): AlertTimes[];
  firing(): string[];
};

/** Joins looks at all alerts into one history of each. An alert that fires again goes on where it was. */
export function createAlertLog(): AlertLog {
  const known = new Map<string, AlertTimes>();
  return {
    look(at, seen) {
      for (const { name, state } of seen) {
        const times = known.get(name) ?? { name, pending: undefined, firing: undefined, ended: undefined };
        known.set(name, times);
        if (state === 'pending') times.pending ??= at;
        else {
          times.firing ??= at;
          times.ended = undefined;
        }
      }
      const firing = new Set(seen.filter(({ state }) => state === 'firing').map(({ name }) => name));
      for (const times of known.values())
        if (times.firing !== undefined && times.ended === undefined && !firing.has(times.name)) times.ended = at;
    },
    times: () => [...known.values()].map((times) => ({ ...times })),
    firing: () =>
      [...known.values()]
        .filter(({ firing, ended }) => firing !== undefined && ended === undefined)
        .map(({ name }) => name),
  };
}
