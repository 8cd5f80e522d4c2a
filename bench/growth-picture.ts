import { drawLines } from '../scripts/src/charts/lines.ts';
import type { Growth } from './growth.ts';

const blue = '#1f77b4';
const orange = '#ff7f0e';
const green = '#2ca02c';

const counted = (count: number): string => count.toLocaleString('en', { notation: 'compact' });

/** What requests cost with each volume, side by side: a picture of the table, as SVG. */
export function growthPicture(results: readonly Growth[]): string {
  const line = (name: string, colour: string, value: (each: Growth) => number) => ({
    name,
    colour,
    points: results.map((each, place) => [place + 0.5, value(each)] as const),
  });
  const words = ({ urls, events }: Growth) => `${counted(urls)} urls, ${counted(events)} clicks`;
  return drawLines({
    title: 'What requests cost with more in the database',
    seconds: results.length,
    strips: [
      {
        title: 'Share of the ceiling',
        lines: [line('links', blue, ({ hit }) => hit.ratio), line('unknown codes', orange, ({ miss }) => miss.ratio)],
      },
      {
        title: 'p99, ms',
        lines: [line('links', blue, ({ hit }) => hit.p99), line('unknown codes', orange, ({ miss }) => miss.p99)],
      },
      {
        title: 'Median, ms',
        lines: [
          line('page of urls', blue, ({ list }) => list),
          line('statistics', orange, ({ stats }) => stats),
          line('page of events', green, ({ history }) => history),
        ],
      },
    ],
    ticks: results.map((each, place) => ({ seconds: place + 0.5, text: words(each) })),
  });
}
