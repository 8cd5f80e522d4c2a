import { Counter, Gauge, type Registry } from 'prom-client';

const layers = {
  local_hit: { layer: 'local', result: 'hit' },
  shared_hit: { layer: 'shared', result: 'hit' },
  shared_miss: { layer: 'shared', result: 'miss' },
  shared_error: { layer: 'shared', result: 'error' },
  postgres: { layer: 'postgres', result: 'hit' },
  stale: { layer: 'local', result: 'stale' },
} as const;
export type CacheTally = Record<keyof typeof layers, number>;

/** Series of the redirects' caches. */
export function createRedirectMetrics(registry: Registry) {
  const registers = [registry];
  // Plain numbers that a scrape reads: a counter's own look-up would cost a redirect more than its cache does.
  const tally: CacheTally = { local_hit: 0, shared_hit: 0, shared_miss: 0, shared_error: 0, postgres: 0, stale: 0 };
  const names = Object.keys(layers) as (keyof CacheTally)[];
  new Counter({
    name: 'cache_requests_total',
    help: "Where redirects found their link; stale: in the replica's own cache while neither store answered.",
    labelNames: ['layer', 'result'] as const,
    registers,
    collect() {
      this.reset();
      for (const name of names) this.inc(layers[name], tally[name]);
    },
  });
  const epochMoves = new Counter({
    name: 'cache_epoch_moves_total',
    help: 'Changes that could not be told to the cache store, so that every entry became worthless instead.',
    registers,
  });
  const probes = { leaseHeld: (): boolean => false };
  new Gauge({
    name: 'cache_lease_held',
    help: "1 while the replica's own cache is trusted.",
    registers,
    collect() {
      this.set(probes.leaseHeld() ? 1 : 0);
    },
  });
  return { tally, epochMoves, probes };
}
