import type { Run } from '../platform/run.ts';

const page = ['wget', '-q', '-T', '2', '-O', '-', 'http://127.0.0.1:8080/metrics'];
/** An engine under load may take long to begin it. */
const timeout = 10_000;

/** The page of a replica's figures; empty of one that does not answer. */
export const figuresOf = async (run: Run, id: string): Promise<string> =>
  (await run('docker', ['exec', id, ...page], { timeout })).stdout;

/** Redirects that a replica has answered since it began. */
export const redirectsOf = (figures: string): number =>
  [...figures.matchAll(/^http_request_duration_seconds_count\{[^}]*route="\/:code"[^}]*\} (\d+)/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );

/** Whether a replica says that the cache store vouches no more for what it has in memory. */
export const isCacheAway = (figures: string): boolean => /^cache_lease_held 0$/m.test(figures);
