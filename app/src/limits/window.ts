/** Classes of routes that share one limit. */
export const limitClasses = ['create', 'bulk', 'read'] as const;
export type LimitClass = (typeof limitClasses)[number];

/** A minute, cut in slots of two seconds: in no 60 s are more than the limit let in, after 62 s all is free again. */
export const slotMilliseconds = 2_000;
export const slots = 30;

/** How often somebody asked in each slot; slots without a request are not there. */
export type Counts = Map<number, number>;

export type Taken = {
  allowed: boolean;
  limit: number;
  /** Requests that would still be let in now. */
  remaining: number;
  /** Milliseconds until one more is let in than would be now. */
  reset: number;
};

/**
 * Takes one request out of a sliding window, where there is room, and says what is left. The slot at the window's far
 * end counts whole, so that the limit is never exceeded. `now` is in milliseconds.
 */
export function take(counts: Counts, now: number, limit: number): Taken {
  const current = Math.floor(now / slotMilliseconds);
  const first = current - slots;
  for (const at of counts.keys()) if (at < first) counts.delete(at);
  const before = counts.values().reduce((sum, count) => sum + count, 0);
  const allowed = before < limit;
  if (allowed) counts.set(current, (counts.get(current) ?? 0) + 1);
  const used = allowed ? before + 1 : before;
  return { allowed, limit, remaining: Math.max(0, limit - used), reset: untilFree(counts, used, now, limit) };
}

function untilFree(counts: Counts, used: number, now: number, limit: number): number {
  let freed = 0;
  for (const [at, count] of [...counts].sort(([one], [other]) => one - other)) {
    freed += count;
    if (used - freed < limit) return (at + slots + 1) * slotMilliseconds - now;
  }
  return 0;
}

/**
 * The name under which an address is limited: itself, or for IPv6 its /64, as one client has all of one.
 * An IPv4 address in IPv6 clothes is the IPv4 address.
 */
export function addressGroup(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  const network = [...left, ...zeros, ...right].slice(0, 4);
  return `${network.map((part) => Number.parseInt(part, 16).toString(16)).join(':')}::/64`;
}
