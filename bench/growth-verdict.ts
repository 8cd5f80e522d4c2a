import type { Growth } from './growth.ts';

/** So much worse than the smallest the fullest database may be. */
const most = 0.1;
/** Fewer rows are exported before their rate can be told. */
const fewestExported = 10_000;

type Figure = { what: string; of: (each: Growth) => number; kind: 'cost' | 'rate'; from?: number };

const figures: readonly Figure[] = [
  { what: 'redirects, share of the ceiling', of: ({ hit }) => hit.ratio, kind: 'rate' },
  { what: 'redirects, p99', of: ({ hit }) => hit.p99, kind: 'cost' },
  { what: 'unknown codes, share of the ceiling', of: ({ miss }) => miss.ratio, kind: 'rate' },
  { what: 'unknown codes, p99', of: ({ miss }) => miss.p99, kind: 'cost' },
  { what: 'page of urls', of: ({ list }) => list, kind: 'cost' },
  { what: 'statistics', of: ({ stats }) => stats, kind: 'cost' },
  { what: 'page of events', of: ({ history }) => history, kind: 'cost' },
  { what: 'export', of: ({ exportRate }) => exportRate, kind: 'rate', from: fewestExported },
];

/** How much worse the last is than the first, figure by figure, with whether that is within the goal. */
export function growthVerdict(results: readonly Growth[]): string {
  const lines = figures.flatMap(({ what, of, kind, from = 0 }) => {
    const [first, ...rest] = results.filter(({ urls }) => urls >= from).map(of);
    const last = rest.at(-1);
    if (first === undefined || last === undefined) return [];
    const worse = kind === 'cost' ? last / first - 1 : 1 - last / first;
    return [`- ${what}: ${(worse * 100).toFixed(0)} % worse ${worse <= most ? '✓' : '✗'}`];
  });
  return [`From the first row to the last (goal: at most ${most * 100} %):`, '', ...lines].join('\n');
}
