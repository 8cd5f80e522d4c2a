/** @import { Url } from '../types.d.ts' */
/** @import { Filters, Order } from './query.js' */
import { h } from 'preact';
import { texts } from '../page/texts.js';
import { Check } from '../parts/field.js';
import { addressOf } from './query.js';
import { LinkRow } from './row.js';

/** @typedef {{ rows: readonly Url[], filters: Filters, mayWrite: boolean, selection: ReadonlySet<number>, onSelection: (ids: ReadonlySet<number>) => void, onChanged: (url: Url) => void }} Props */

/**
 * A column that the list can be in the order of: one click for most or newest first, another for the other way.
 * @param {{ name: string, column: string, orders: readonly [down: Order, up: Order], filters: Filters }} props
 */
function SortedColumn({ name, column, orders: [down, up], filters }) {
  const { order } = filters;
  const sorted = order === down ? 'descending' : order === up ? 'ascending' : undefined;
  const href = addressOf({ ...filters, order: order === down ? up : down });
  return h('th', { class: column, scope: 'col', 'aria-sort': sorted }, h('a', { href }, name));
}

/** @param {Omit<Props, 'onChanged'>} props */
function Head({ rows, filters, mayWrite, selection, onSelection }) {
  const { links } = texts;
  const all = rows.length > 0 && rows.every(({ id }) => selection.has(id));
  /** @param {boolean} checked */
  const onChecked = (checked) => onSelection(new Set(checked ? rows.map(({ id }) => id) : []));
  const box = mayWrite && h(Check, { label: links.selectAll, hiddenLabel: true, checked: all, onChecked });
  /** @param {string} name @param {string} [column] */
  const plain = (name, column) => h('th', { scope: 'col', class: column }, name);
  return h(
    'thead',
    null,
    h(
      'tr',
      null,
      h('th', { class: 'choose', scope: 'col', 'aria-label': links.select }, box),
      plain(links.short),
      plain(links.target),
      h(SortedColumn, { name: links.clicks, column: 'clicks', orders: ['most', 'fewest'], filters }),
      h(SortedColumn, { name: links.created, column: 'when', orders: ['newest', 'oldest'], filters }),
      plain(links.actions, 'actions'),
    ),
  );
}

/** @param {Props} props */
export function LinkTable({ rows, filters, mayWrite, selection, onSelection, onChanged }) {
  /** @param {number} id @param {boolean} selected */
  const select = (id, selected) => {
    const next = new Set(selection);
    if (selected) next.add(id);
    else next.delete(id);
    onSelection(next);
  };
  const body = rows.map((url) =>
    h(LinkRow, {
      key: url.id,
      url,
      mayWrite,
      selected: selection.has(url.id),
      onSelected: (selected) => select(url.id, selected),
      onChanged,
    }),
  );
  return h(
    'table',
    { class: 'links' },
    h('caption', { class: 'off-page' }, texts.links.title),
    h(Head, { rows, filters, mayWrite, selection, onSelection }),
    h('tbody', null, body),
  );
}
