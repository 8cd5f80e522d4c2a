/** @import { Stats } from '../types.d.ts' */
import { h } from 'preact';
import { texts } from '../page/texts.js';
import { number } from '../parts/format.js';

/** @param {string} start @param {Stats['interval']} interval */
const labelOf = (start, interval) => (interval === 'day' ? start.slice(0, 10) : start.slice(0, 16).replace('T', ' '));

/**
 * What the chart shows, for who would rather read it.
 * @param {{ now: Stats, past: Stats | undefined }} props
 */
export function SeriesTable({ now, past }) {
  const { link } = texts;
  const names = [link.start, link.clicks, link.bots, ...(past ? [link.before] : [])];
  const rows = now.series.map(({ start, clicks, bots }, at) =>
    h(
      'tr',
      { key: start },
      h('th', { scope: 'row', dir: 'ltr' }, labelOf(start, now.interval)),
      h('td', null, number(clicks)),
      h('td', null, number(bots)),
      past && h('td', null, number(past.series[at]?.clicks ?? 0)),
    ),
  );
  return h(
    'details',
    { class: 'as-table' },
    h('summary', null, link.table),
    h('p', { class: 'note' }, link.utc),
    h(
      'div',
      { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': link.chart },
      h(
        'table',
        null,
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            names.map((name) => h('th', { key: name, scope: 'col' }, name)),
          ),
        ),
        h('tbody', null, rows),
      ),
    ),
  );
}
