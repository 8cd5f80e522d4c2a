import { draw } from '../../../k6/lib/draw.ts';
import { type Drill, drills } from './drills.ts';

/** A fault of a game day; seconds count from its beginning. */
export type Planned = { at: number; seconds: number; drill: Drill };

/** From the cure of one fault to the next. */
const pause = { least: 20, most: 40 };
/** Some faults are over before anybody is told, some last until somebody must have been. */
const lengths = [8, 20, 55];
/** So long after the last cure the day ends, so that all is as before. */
const quietEnd = 60;

const between = (u: number, least: number, most: number): number => Math.round(least + u * (most - least));

/** The faults of a day of so many seconds: the same for the same seed. */
export function scheduleOf(seed: number, seconds: number): Planned[] {
  const planned: Planned[] = [];
  let at = pause.least;
  for (let index = 0; ; index += 1) {
    const drawn = (place: number) => draw(seed, 3 * index + place);
    const drill = drills[Math.floor(drawn(0) * drills.length)];
    const length = lengths[Math.floor(drawn(1) * lengths.length)];
    if (!drill || length === undefined || at + length + quietEnd > seconds) return planned;
    planned.push({ at, seconds: length, drill });
    at += length + between(drawn(2), pause.least, pause.most);
  }
}

/** The plan of a day, as lines. */
export const scheduleLines = (planned: readonly Planned[]): string[] =>
  planned.map(({ at, drill, seconds }) => `${String(at).padStart(6)} s  ${drill.name} for ${seconds} s`);
