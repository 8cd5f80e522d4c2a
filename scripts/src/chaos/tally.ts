import { addressOf } from '../../../k6/lib/links.ts';

/** One answer to one request. `at` and `took` are milliseconds. */
export type Outcome = {
  at: number;
  took: number;
  kind: 'redirect' | 'write';
  link: number;
  /** 0 without an answer. */
  status: number;
  retryAfter: boolean;
  /** Where it sends whoever asked. */
  location: string | undefined;
};

/** What was sent in one second, and what came of it; `open` has no answer yet. */
export type Second = { sent: number; open: number; failed: number; refused: number; p95: number };

export type Failure = Pick<Outcome, 'at' | 'kind' | 'status' | 'retryAfter'>;

/** From one moment to another, in milliseconds since the epoch. */
export type Span = { from: number; to: number };

export type Tally = {
  /** A request goes out at this moment; its outcome follows. */
  begin(at: number): void;
  add(outcome: Outcome): void;
  /** Redirects answered, by link. */
  answered(): Uint32Array;
  /**
   * Redirects that may have left a click, by link: those without an answer, and those that were sent in one of the spans and
   * refused with 503. Who had such a one may have been killed with it, its click recorded, and the edge found nobody else.
   */
  unknown(spans: readonly Span[]): Uint32Array;
  failures(): readonly Failure[];
  seconds(): ReadonlyMap<number, Second>;
};

/** Failures, and refusals, that are kept one by one. */
const most = 200_000;
/** Nothing was recorded for these. */
const refused = new Set([404, 410, 429, 503]);

export const isRedirect = (status: number): boolean => status >= 301 && status <= 308;
/** A redirect that leads elsewhere than its link is none. */
const isGood = ({ kind, link, location, status }: Outcome): boolean =>
  kind === 'redirect' ? isRedirect(status) && location === addressOf(link) : status === 201;

/** The value that 95 % of the others do not exceed; 0 of none. */
export function p95(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
}

type Bucket = { sent: number; open: number; failed: number; refused: number; times: number[] };

/** Counts outcomes by second, counted from `start`, and by link. */
export function createTally({ links, start }: { links: number; start: number }): Tally {
  const answered = new Uint32Array(links);
  const unknown = new Uint32Array(links);
  const refusals: Pick<Outcome, 'at' | 'link'>[] = [];
  const failures: Failure[] = [];
  const buckets = new Map<number, Bucket>();
  const bucketAt = (at: number): Bucket => {
    const second = Math.floor((at - start) / 1_000);
    const bucket = buckets.get(second) ?? { sent: 0, open: 0, failed: 0, refused: 0, times: [] };
    buckets.set(second, bucket);
    return bucket;
  };
  return {
    begin(at) {
      const bucket = bucketAt(at);
      bucket.sent += 1;
      bucket.open += 1;
    },
    add(outcome) {
      const { at, kind, link, retryAfter, status, took } = outcome;
      const bucket = bucketAt(at);
      const good = isGood(outcome);
      bucket.open -= 1;
      if (good) bucket.times.push(took);
      else if (status === 429 || status === 503) bucket.refused += 1;
      else bucket.failed += 1;
      if (!good && failures.length < most) failures.push({ at, kind, status, retryAfter });
      if (kind !== 'redirect') return;
      if (good) answered[link] = (answered[link] ?? 0) + 1;
      else if (!refused.has(status)) unknown[link] = (unknown[link] ?? 0) + 1;
      else if (status === 503 && refusals.length < most) refusals.push({ at, link });
    },
    answered: () => answered.slice(),
    unknown(spans) {
      const all = unknown.slice();
      for (const { at, link } of refusals)
        if (spans.some(({ from, to }) => at >= from && at <= to)) all[link] = (all[link] ?? 0) + 1;
      return all;
    },
    failures: () => failures,
    seconds: () =>
      new Map([...buckets].map(([second, { times, ...counts }]) => [second, { ...counts, p95: p95(times) }] as const)),
  };
}
