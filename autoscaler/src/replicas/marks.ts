import type { ObservedReplica } from '../observe/observation.ts';

export type DrainWhy = 'scale_down' | 'release' | 'rollback' | 'surplus';

export type Drain = { since: number; why: DrainWhy; quiet: number; terminated: number | null };

/** What the autoscaler remembers of a replica between ticks. Losing it (a restart) costs time, never correctness. */
export type Marks = {
  /** Probes in a row that were not answered while nobody else was either. */
  misses: number;
  /** When a probe was last answered. */
  answeredAt: number | null;
  warmed: boolean;
  warmFailures: number;
  /** `quiet`: looks in a row that found nothing in flight. `terminated`: when SIGTERM was sent. */
  drain: Drain | null;
  /** Docker's restart count when it was first seen: more means that it died. */
  restarts: number;
  firstSeen: number;
  servingSince: number | null;
};

export const newMarks = (seen: ObservedReplica, now: number): Marks => ({
  misses: 0,
  answeredAt: null,
  warmed: false,
  warmFailures: 0,
  drain: null,
  restarts: seen.container.restarts,
  firstSeen: now,
  servingSince: null,
});

export type MarkBook = ReadonlyMap<string, Marks>;

/**
 * The marks after one more observation; those of containers that are gone are forgotten. A probe that fails is not held
 * against a replica that answers others meanwhile: it has more to do than it can, and without it the rest would have more
 * still. Nor while no replica at all answers: that says more about the prober or the host.
 */
export function observeMarks(book: MarkBook, replicas: readonly ObservedReplica[], now: number): Map<string, Marks> {
  const somebodyAnswered = replicas.some(({ answers }) => answers);
  const blame = somebodyAnswered || replicas.length === 1;
  return new Map(
    replicas.map((seen) => {
      const before = book.get(seen.container.id) ?? newMarks(seen, now);
      if (seen.answers) return [seen.container.id, { ...before, misses: 0, answeredAt: now }];
      return [seen.container.id, { ...before, misses: blame ? before.misses + 1 : before.misses }];
    }),
  );
}
