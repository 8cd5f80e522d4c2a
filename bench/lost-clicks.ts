import type { Scripts } from './load-scripts.ts';

/** Redirects that a load was answered, and what is left of them. */
export type Counted = {
  what: string;
  /** Absent where not every answer was a redirect. */
  redirects: number | undefined;
  clicks: number;
  /** Clicks in Postgres; absent where it is what `clicks` counts. */
  stored?: number;
};

const redirecting: ReadonlySet<keyof Scripts> = new Set(['hot', 'paced', 'fill', 'zipf', 'pacedZipf']);

/** How many of a script's answers were redirects; undefined where it asks for something else, too. */
export const redirectsOf = (
  script: keyof Scripts,
  { requests, refused }: { requests: number; refused: number },
): number | undefined => (redirecting.has(script) ? requests - refused : undefined);

/** Clicks that were lost or stored twice. More clicks than redirects are fine: of connections cut at the end nobody read the answer. */
export const lostClicks = (all: readonly Counted[]): string[] =>
  all.flatMap(({ what, redirects = 0, clicks, stored = clicks }) => [
    ...(clicks < redirects ? [`${what}: ${redirects} redirects were answered, ${clicks} clicks were counted`] : []),
    ...(stored === clicks ? [] : [`${what}: ${clicks} clicks were counted, ${stored} are stored`]),
  ]);
