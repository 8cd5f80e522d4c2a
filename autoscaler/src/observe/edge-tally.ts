import type { EdgeRequest } from './edge-line.ts';

/** Upper bounds of the latencies in seconds; the objectives are among them. */
export const edgeBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

export const edgeKinds = ['redirect', 'other'] as const;
type Kind = (typeof edgeKinds)[number];

type Latency = { kind: Kind; counts: number[]; sum: number };
type Requests = { kind: Kind; status: string; by: 'app' | 'edge'; count: number };

/** Requests as users saw them, summed up since the start. */
export type EdgeTally = { requests: Map<string, Requests>; latency: Record<Kind, Latency> };

/** What is counted from the start with 0, so that the first of it is a rate. */
const born: readonly Pick<Requests, 'status' | 'by'>[] = [
  { status: '302', by: 'app' },
  { status: '500', by: 'app' },
  { status: '503', by: 'app' },
  { status: '503', by: 'edge' },
  { status: '504', by: 'edge' },
];

const row = (tally: EdgeTally, kind: Kind, status: string, by: Requests['by']): Requests => {
  const key = `${kind} ${status} ${by}`;
  const found = tally.requests.get(key) ?? { kind, status, by, count: 0 };
  tally.requests.set(key, found);
  return found;
};

const noLatency = (kind: Kind): Latency => ({ kind, counts: [...edgeBounds, 0].map(() => 0), sum: 0 });

/** A tally in which nothing has happened yet. */
export function createEdgeTally(): EdgeTally {
  const tally: EdgeTally = {
    requests: new Map(),
    latency: { redirect: noLatency('redirect'), other: noLatency('other') },
  };
  for (const kind of edgeKinds) for (const { status, by } of born) row(tally, kind, status, by);
  return tally;
}

/** Whose the answer is: the edge's own where no replica took the request, or none answered it. */
const madeBy = ({ tries }: EdgeRequest): Requests['by'] => {
  const last = tries.at(-1)?.status ?? 0;
  return last === 0 || last === 502 || last === 504 ? 'edge' : 'app';
};

/** Adds a request, as often as it stands for, in place. */
export function countEdgeRequest(tally: EdgeTally, request: EdgeRequest): void {
  const { kind, milliseconds, status, weight } = request;
  row(tally, kind, String(status), madeBy(request)).count += weight;
  const seconds = milliseconds / 1_000;
  const latency = tally.latency[kind];
  const at = edgeBounds.findIndex((bound) => seconds <= bound);
  const bucket = at === -1 ? edgeBounds.length : at;
  latency.counts[bucket] = (latency.counts[bucket] ?? 0) + weight;
  latency.sum += seconds * weight;
}
