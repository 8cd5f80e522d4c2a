import type { Look } from './usage.ts';

/** Batches of clicks that waited for their place in the history, over a run. */
export type Backlog = { first: number; most: number; last: number; onlyGrew: boolean };

/** In the stream, and in Postgres while that stands in for it. */
const waits = ['click_queue_entries', 'click_inbox_batches'];

/** How many batches wait, by a replica's page of figures; undefined where it does not say. */
export function waitingIn(figures: string): number | undefined {
  const found = waits.map((name) => new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'm').exec(figures)?.[1]);
  return found.includes(undefined) ? undefined : found.reduce((sum, count) => sum + Number(count), 0);
}

/** Looks in a third of a run below which one of them is chance. */
const fewest = 3;

/** Whether each of the last third is above all of the first one: a queue that is emptied now and then is not. */
function grew(counts: readonly number[]): boolean {
  const third = Math.floor(counts.length / 3);
  return third >= fewest && Math.min(...counts.slice(-third)) > Math.max(...counts.slice(0, third));
}

/** The backlog over a run; undefined where nobody looked. */
export function backlogOver(looks: readonly Look[]): Backlog | undefined {
  const counts = looks.flatMap(({ waiting }) => waiting ?? []);
  const [first] = counts;
  const last = counts.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return { first, most: Math.max(...counts), last, onlyGrew: grew(counts) };
}
