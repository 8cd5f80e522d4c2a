import type { EdgeRequest, Try } from './edge-line.ts';

type Second = {
  at: number;
  requests: number;
  errors: number;
  byAddress: Map<string, OfReplica>;
};
/** `unanswered` are the errors in which the replica said nothing; `timed` the requests whose latency was noted. */
type OfReplica = { requests: number; errors: number; unanswered: number; timed: number };
type Latency = { at: number; milliseconds: number; weight: number };

/**
 * What the edge told; bounded in time and count. `latencies` and `answered`, when its last answer began, are by the
 * replica's address: a slow one answers seldom, and what it did must outlast thousands of answers of the others.
 */
export type Figures = {
  seconds: Second[];
  latencies: Map<string, Latency[]>;
  answered: Map<string, number>;
  /** When it last said that it can tell; undefined of an edge that never does. */
  beat: number | undefined;
};

/** Of a longer span, such as a long bake, only so much of its end counts. */
const keptMilliseconds = 180_000;
/** Of each replica. */
const keptLatencies = 2_048;
const keptAddresses = 64;

export const noFigures = (): Figures => ({ seconds: [], latencies: new Map(), answered: new Map(), beat: undefined });

function secondFor(figures: Figures, now: number): Second {
  const at = Math.floor(now / 1_000) * 1_000;
  const last = figures.seconds.at(-1);
  if (last?.at === at) return last;
  const second: Second = { at, requests: 0, errors: 0, byAddress: new Map() };
  forgetBefore(figures, now - keptMilliseconds);
  figures.seconds.push(second);
  return second;
}

/** Takes out what is older; of a replica that has long been gone nothing is left. */
function forgetBefore(figures: Figures, time: number): void {
  figures.seconds = figures.seconds.filter(({ at }) => at > time);
  for (const [address, at] of figures.answered) if (at <= time) figures.answered.delete(address);
  for (const [address, own] of figures.latencies) {
    const first = own.findIndex(({ at }) => at > time);
    if (first === -1) figures.latencies.delete(address);
    else own.splice(0, first);
  }
}

/** What nginx writes for a replica that it could not reach, or that did not answer. */
const unanswered = new Set([0, 502, 504]);

/** Puts what is newest last, and drops the address of which nothing was heard for the longest time. */
function put<T>(byAddress: Map<string, T>, address: string, value: T): void {
  byAddress.delete(address);
  byAddress.set(address, value);
  const [oldest] = byAddress.keys();
  if (byAddress.size > keptAddresses && oldest !== undefined) byAddress.delete(oldest);
}

function noteLatency({ latencies }: Figures, address: string, latency: Latency): void {
  const own = latencies.get(address) ?? [];
  own.push(latency);
  if (own.length > keptLatencies) own.splice(0, keptLatencies / 2);
  put(latencies, address, own);
}

/**
 * When an answer began, at the earliest: replicas that were tried before take time as well. The edge tells of a request
 * when it has ended, and a long download or a stream goes on when the replica has begun to hang.
 */
const answerBegan = ({ milliseconds }: EdgeRequest, { answeredAfter }: Try, ended: number): number =>
  answeredAfter === undefined ? ended : ended - milliseconds + answeredAfter;

function noteAnswer({ answered }: Figures, address: string, began: number): void {
  put(answered, address, Math.max(began, answered.get(address) ?? began));
}

/** Whether the edge has told of an answer of this replica that began since then. */
export const answeredSince = ({ answered }: Figures, address: string, time: number): boolean =>
  (answered.get(address) ?? Number.NEGATIVE_INFINITY) > time;

/** Adds one request to the figures, in place: they are one long-lived buffer. */
export function addRequest(figures: Figures, request: EdgeRequest, now: number): void {
  const second = secondFor(figures, now);
  second.requests += request.weight;
  if (request.status >= 500) second.errors += request.weight;
  for (const tried of request.tries) {
    const { address, status } = tried;
    if (!unanswered.has(status)) noteAnswer(figures, address, answerBegan(request, tried, now));
    const own = second.byAddress.get(address) ?? { requests: 0, errors: 0, unanswered: 0, timed: 0 };
    if (second.byAddress.size >= keptAddresses && !second.byAddress.has(address)) continue;
    own.requests += request.weight;
    if (status >= 500 || status === 0) own.errors += request.weight;
    if (unanswered.has(status)) own.unanswered += request.weight;
    second.byAddress.set(address, own);
  }
  const last = request.tries.at(-1);
  if (request.status < 500 && last) {
    const { milliseconds, weight } = request;
    const own = second.byAddress.get(last.address);
    if (own) own.timed += weight;
    noteLatency(figures, last.address, { at: now, milliseconds, weight });
  }
}

export type Span = { from: number; to: number };

const secondsOf = ({ seconds }: Figures, { from, to }: Span): Second[] =>
  seconds.filter(({ at }) => at + 1_000 > from && at < to);

const partsFor = ({ byAddress }: Second, addresses: ReadonlySet<string>): OfReplica[] =>
  [...byAddress].filter(([address]) => addresses.has(address)).map(([, own]) => own);

/** Requests and errors in a span of time: of the replicas at these addresses, or of all. */
export function countRequests(figures: Figures, span: Span, addresses?: ReadonlySet<string>) {
  const sum = { requests: 0, errors: 0 };
  for (const second of secondsOf(figures, span)) {
    for (const { requests, errors } of addresses ? partsFor(second, addresses) : [second]) {
      sum.requests += requests;
      sum.errors += errors;
    }
  }
  return sum;
}

/** Those of the errors of these replicas in a span of time that they did not answer: they could not be reached, or broke off. */
export const countUnanswered = (figures: Figures, span: Span, addresses: ReadonlySet<string>): number =>
  total(secondsOf(figures, span).flatMap((second) => partsFor(second, addresses).map(({ unanswered }) => unanswered)));

/** Fewer say nothing about the slowest twentieth. */
const fewestForP95 = 20;

const total = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/**
 * The latencies kept of a replica. Of a busy one that is not all of the span: each then weighs for those that are gone as
 * well, or a slow replica that answers seldom would count for more than its share.
 */
function latenciesOf({ latencies, seconds }: Figures, address: string, { from, to }: Span): Latency[] {
  const kept = (latencies.get(address) ?? []).filter(({ at }) => at >= from && at < to);
  const inSpan = seconds.filter(({ at }) => at >= from && at < to);
  const told = total(inSpan.map(({ byAddress }) => byAddress.get(address)?.timed ?? 0));
  const each = Math.max(1, told / total(kept.map(({ weight }) => weight)));
  return kept.map(({ at, milliseconds, weight }) => ({ at, milliseconds, weight: weight * each }));
}

/**
 * p95 of answered requests in milliseconds, each line by what it stands for; null while too few were seen. Of the span it
 * takes the seconds that it holds from their beginning, for so are requests counted.
 */
export function p95(figures: Figures, { from, to }: Span, addresses?: ReadonlySet<string>): number | null {
  const span = { from: Math.ceil(from / 1_000) * 1_000, to };
  const lines = [...figures.latencies.keys()]
    .filter((address) => addresses?.has(address) !== false)
    .flatMap((address) => latenciesOf(figures, address, span))
    .sort((a, b) => a.milliseconds - b.milliseconds);
  if (lines.length < fewestForP95) return null;
  let left = total(lines.map(({ weight }) => weight)) * 0.95;
  for (const { milliseconds, weight } of lines) {
    left -= weight;
    if (left <= 1e-6) return milliseconds;
  }
  return null;
}
