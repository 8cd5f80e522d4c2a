import type { Growth } from './growth.ts';

/** So much worse than the smallest the fullest database may be. */
const most = 0.1;
/** Fewer rows are exported before their rate can be told. */
const fewestExported = 10_000;

/** Shares of the ceiling decide: milliseconds and rows a second are the machine's of that minute, too. */
type Figure = { what: string; of: (each: Growth) => number; kind: 'cost' | 'rate' | 'share'; from?: number };

const figures: readonly Figure[] = [
  { what: 'redirects, share of the ceiling', of: ({ hit }) => hit.ratio, kind: 'share' },
  { what: 'redirects, p99', of: ({ hit }) => hit.p99, kind: 'cost' },
  { what: 'unknown codes, share of the ceiling', of: ({ miss }) => miss.ratio, kind: 'share' },
  { what: 'unknown codes, p99', of: ({ miss }) => miss.p99, kind: 'cost' },
  { what: 'page of urls', of: ({ list }) => list, kind: 'cost' },
  { what: 'statistics', of: ({ stats }) => stats, kind: 'cost' },
  { what: 'page of events', of: ({ history }) => history, kind: 'cost' },
  { what: 'export', of: ({ exportRate }) => exportRate, kind: 'rate', from: fewestExported },
];

type Judged = { kind: Figure['kind']; isMet: boolean; text: string };

const judge = (results: readonly Growth[]): Judged[] =>
  figures.flatMap(({ what, of, kind, from = 0 }) => {
    const [first, ...rest] = results.filter(({ urls }) => urls >= from).map(of);
    const last = rest.at(-1);
    if (first === undefined || last === undefined) return [];
    const worse = kind === 'cost' ? last / first - 1 : 1 - last / first;
    return [{ kind, isMet: worse <= most, text: `${what}: ${(worse * 100).toFixed(0)} % worse` }];
  });

/** How much worse the last is than the first, figure by figure, with whether that is within the goal. */
export const growthVerdict = (results: readonly Growth[]): string =>
  [
    ...[`From the first row to the last (goal: at most ${most * 100} %):`, ''],
    ...judge(results).map(({ isMet, text }) => `- ${text} ${isMet ? '✓' : '✗'}`),
  ].join('\n');

/** The shares of the ceiling that are not within the goal: a run that has some is no success. */
export const missedShares = (results: readonly Growth[]): string[] =>
  judge(results).flatMap(({ kind, isMet, text }) => (kind === 'share' && !isMet ? [text] : []));
