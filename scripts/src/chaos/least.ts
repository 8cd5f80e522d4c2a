import type { Expectation } from './expectation.ts';
import type { Failure } from './tally.ts';

/** What users had to feel of a fault and have not; empty where they have felt enough of it, or need not. */
export function missedBy({ atLeast }: Pick<Expectation, 'atLeast'>, failures: readonly Failure[]): string[] {
  const redirects = failures.filter(({ kind }) => kind === 'redirect').length;
  const writes = failures.filter(({ kind, status }) => kind === 'write' && status === 503).length;
  const less = (what: string, seen: number, least: number): string[] =>
    seen < least ? [`${seen} ${what}, at least ${least} must: it was not felt where it should have been`] : [];
  return [
    ...less('redirects failed', redirects, atLeast.failedRedirects),
    ...less('writes were refused with 503', writes, atLeast.refusedWrites),
  ];
}
