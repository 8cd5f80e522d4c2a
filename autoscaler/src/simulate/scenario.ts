/** A load over time: CPUs that the requests of a second need, and whether the counters could be read then. */
export type Moment = { cpus: number; blind: boolean };
export type Scenario = { name: string; meaning: string; seconds: number; at: (second: number) => Moment };

/** Noise that is the same in every run (a 32-bit mixing function; Wellons, "lowbias32"). */
function noise(second: number): number {
  let x = Math.imul(second ^ 0x9e3779b9, 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

const seen = (cpus: number): Moment => ({ cpus: Math.max(0, cpus), blind: false });
const made = (name: string, meaning: string, seconds: number, at: (second: number) => Moment): Scenario => ({
  name,
  meaning,
  seconds,
  at,
});

const hour = 3_600;

/** Loads from idle to nearly all that there is, each for a while: steps of any height that come in time with nobody's polls. */
function stepping(seconds: number): (second: number) => Moment {
  const loads: Moment[] = [];
  for (let step = 0; loads.length < seconds; step += 1) {
    const load = seen(0.2 + 1.7 * noise(2 * step));
    loads.push(...Array.from({ length: Math.round(180 + 180 * noise(2 * step + 1)) }, () => load));
  }
  return (second) => loads[second] ?? seen(0);
}

export const scenarios: readonly Scenario[] = [
  made('steady', 'one load all the time', 600, () => seen(0.6)),
  made('step', 'threefold at once, and back after five minutes', 600, (t) => seen(t >= 65 && t < 365 ? 1.75 : 0.5)),
  made('steps', 'another load every three to six minutes, at any moment, for an hour', hour, stepping(hour)),
  made('ramp', 'up over three minutes, and down again', 720, (t) =>
    seen(0.4 + 1.3 * Math.max(0, 1 - Math.abs(t - 300) / 180)),
  ),
  made('spike', 'fifteen seconds of everything', 300, (t) => seen(t >= 62 && t < 77 ? 1.9 : 0.4)),
  made('sawtooth', 'up and down every fifty seconds', 600, (t) => seen(0.4 + (1.1 * (t % 50)) / 50)),
  made('noise', 'near the target, never twice the same', 900, (t) => seen(0.62 + 0.5 * (noise(t) - 0.5))),
  made('leak', 'a slow rise over half an hour', 1_800, (t) => seen(0.4 + (1.2 * t) / 1_800)),
  made('blind', 'counters cut off for thirty seconds under load', 400, (t) => ({
    cpus: 1.3,
    blind: t >= 200 && t < 230,
  })),
];

/** A recorded load: lines of `second,cpus`, in order; a second that is not named is as the one before. */
export function recorded(name: string, text: string): Scenario {
  const points = text.split(/\r?\n/).flatMap((line): { second: number; cpus: number }[] => {
    const match = /^\s*(\d+)\s*,\s*([\d.]+)\s*$/.exec(line);
    return match ? [{ second: Number(match[1]), cpus: Number(match[2]) }] : [];
  });
  const last = points.at(-1);
  if (last === undefined) throw new Error(`${name} holds no line of second,cpus`);
  return made(name, 'a recorded load', last.second + 1, (t) =>
    seen(points.findLast(({ second }) => second <= t)?.cpus ?? 0),
  );
}
