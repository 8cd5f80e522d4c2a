import type { Recent } from './message.ts';

type Deps = {
  /** Events with an id beyond `after`, newest first. */
  newest: (after: number, limit: number) => Promise<Recent[]>;
  /** Monotonic milliseconds. */
  now: () => number;
};

/** What is new, oldest first. `skipped`: there was more than anybody could read. */
export type News = { recent: Recent[]; skipped: boolean };

export type Tail = {
  /** The highest id that is no news any more; undefined while it rests. */
  readonly position: number | undefined;
  /** Goes to the newest event: what follows is news. Two who ask at once wait for the same. */
  start(): Promise<void>;
  read(): Promise<News>;
  rest(): void;
};

/** Events of one reading. A click storm brings more, and nobody reads a thousand lines a second. */
const mostAtOnce = 200;
/**
 * Ids are given before the commit: one may show after a higher one. What commits within this time after a higher id
 * was seen is still told, in milliseconds.
 */
const settling = 3_000;

/** Which ids were told, for as long as one below them may still come. */
function createSettling(now: () => number) {
  /** All up to here is told. */
  let floor = 0;
  const told = new Set<number>();
  let marks: { at: number; highest: number }[] = [];
  return {
    get floor() {
      return floor;
    },
    restart(at: number): void {
      floor = at;
      told.clear();
      marks = [];
    },
    isTold: (id: number): boolean => told.has(id),
    note(ids: readonly number[]): void {
      for (const id of ids) told.add(id);
      const at = now();
      marks.push({ at, highest: Math.max(floor, marks.at(-1)?.highest ?? 0, ...ids) });
      const old = marks.filter((mark) => at - mark.at >= settling);
      marks = marks.slice(old.length);
      floor = Math.max(floor, old.at(-1)?.highest ?? 0);
      for (const id of told) if (id <= floor) told.delete(id);
    },
  };
}

/** Follows the end of the history. What it remembers is bounded: ids of one settling time. */
export function createTail({ newest, now }: Deps): Tail {
  const settled = createSettling(now);
  let position: number | undefined;
  let starting: Promise<void> | undefined;

  const start = async (): Promise<void> => {
    const [last] = await newest(0, 1);
    position = last?.event.id ?? 0;
    settled.restart(position);
  };

  return {
    get position() {
      return position;
    },
    start() {
      starting ??= start().finally(() => {
        starting = undefined;
      });
      return starting;
    },
    async read() {
      const found = await newest(settled.floor, mostAtOnce + 1);
      const oldest = found.at(mostAtOnce)?.event.id;
      const skipped = oldest !== undefined && !settled.isTold(oldest);
      const recent = found.filter(({ event }) => !settled.isTold(event.id)).slice(0, mostAtOnce);
      settled.note(recent.map(({ event }) => event.id));
      position = Math.max(position ?? 0, recent[0]?.event.id ?? 0);
      return { recent: recent.reverse(), skipped };
    },
    rest() {
      position = undefined;
    },
  };
}
