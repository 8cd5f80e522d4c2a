/** One request as the edge tells it: what the client got, what each tried replica said, and how many requests it stands for. */
export type EdgeRequest = {
  status: number;
  milliseconds: number;
  weight: number;
  /** Whether it asked for a redirect, or for anything else. */
  kind: 'redirect' | 'other';
  tries: { address: string; status: number }[];
};

const pattern =
  /status=(\d{3}) time=([\d.]+) weight=(\d+) upstream_status="([^"]*)" upstream="([^"]*)"(?: kind=(redirect))?/;

/**
 * Reads one syslog datagram of the edge; undefined if it is not one. nginx writes several tried replicas as lists parted
 * by commas, and by colons after an internal redirect.
 */
export function parseEdgeLine(line: string): EdgeRequest | undefined {
  const match = pattern.exec(line);
  if (!match) return undefined;
  const [, status = '', time = '', weight = '', statuses = '', addresses = '', kind] = match;
  const answers = statuses.split(/, | : /);
  const tries = addresses
    .split(/, | : /)
    .map((address, index) => ({ address, status: Number.parseInt(answers[index] ?? '', 10) || 0 }))
    .filter(({ address }) => address !== '' && address !== '-');
  return {
    status: Number(status),
    milliseconds: Number(time) * 1_000,
    weight: Math.max(1, Number(weight)),
    kind: kind === undefined ? 'other' : 'redirect',
    tries,
  };
}

type Second = {
  at: number;
  requests: number;
  errors: number;
  byAddress: Map<string, { requests: number; errors: number }>;
};
type Latency = { at: number; milliseconds: number; weight: number; address: string };

/** What the edge told, by second; bounded in time and count. */
export type Figures = { seconds: Second[]; latencies: Latency[] };

const keptMilliseconds = 180_000;
const keptLatencies = 4_096;
const keptAddresses = 64;

export const noFigures = (): Figures => ({ seconds: [], latencies: [] });

function secondFor(figures: Figures, now: number): Second {
  const at = Math.floor(now / 1_000) * 1_000;
  const last = figures.seconds.at(-1);
  if (last?.at === at) return last;
  const second: Second = { at, requests: 0, errors: 0, byAddress: new Map() };
  figures.seconds = [...figures.seconds.filter((old) => old.at > now - keptMilliseconds), second];
  return second;
}

/** Adds one request to the figures, in place: they are one long-lived buffer. */
export function addRequest(figures: Figures, request: EdgeRequest, now: number): void {
  const second = secondFor(figures, now);
  second.requests += request.weight;
  if (request.status >= 500) second.errors += request.weight;
  for (const { address, status } of request.tries) {
    const own = second.byAddress.get(address) ?? { requests: 0, errors: 0 };
    if (second.byAddress.size >= keptAddresses && !second.byAddress.has(address)) continue;
    own.requests += request.weight;
    if (status >= 500 || status === 0) own.errors += request.weight;
    second.byAddress.set(address, own);
  }
  const last = request.tries.at(-1);
  if (request.status < 500 && last) {
    const { milliseconds, weight } = request;
    figures.latencies.push({ at: now, milliseconds, weight, address: last.address });
    if (figures.latencies.length > keptLatencies) figures.latencies.splice(0, keptLatencies / 2);
  }
}

export type Span = { from: number; to: number };

/** Requests and errors in a span of time: of the replicas at these addresses, or of all. */
export function countRequests(figures: Figures, { from, to }: Span, addresses?: ReadonlySet<string>) {
  const sum = { requests: 0, errors: 0 };
  for (const second of figures.seconds) {
    if (second.at + 1_000 <= from || second.at >= to) continue;
    const parts = addresses
      ? [...second.byAddress].filter(([address]) => addresses.has(address)).map(([, own]) => own)
      : [second];
    for (const { requests, errors } of parts) {
      sum.requests += requests;
      sum.errors += errors;
    }
  }
  return sum;
}

/** Fewer say nothing about the slowest twentieth. */
const fewestForP95 = 20;

/** p95 of answered requests in milliseconds, each line by its weight; null while too few were seen. */
export function p95(figures: Figures, { from, to }: Span, addresses?: ReadonlySet<string>): number | null {
  const lines = figures.latencies
    .filter(({ at, address }) => at >= from && at < to && (addresses?.has(address) ?? true))
    .sort((a, b) => a.milliseconds - b.milliseconds);
  if (lines.length < fewestForP95) return null;
  let left = lines.reduce((sum, { weight }) => sum + weight, 0) * 0.95;
  for (const { milliseconds, weight } of lines) {
    left -= weight;
    if (left <= 1e-9) return milliseconds;
  }
  return null;
}
