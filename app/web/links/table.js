/** @import { Url } from '../types.d.ts' */
import { h } from 'preact';
import { texts } from '../page/texts.js';
import { Check } from '../parts/field.js';
import { LinkRow } from './row.js';

/** @typedef {{ rows: readonly Url[], mayWrite: boolean, selection: ReadonlySet<number>, onSelection: (ids: ReadonlySet<number>) => void, onChanged: (url: Url) => void }} Props */

/** @param {Pick<Props, 'rows' | 'mayWrite' | 'selection' | 'onSelection'>} props */
function Head({ rows, mayWrite, selection, onSelection }) {
  const { links } = texts;
  const all = rows.length > 0 && rows.every(({ id }) => selection.has(id));
  /** @param {boolean} checked */
  const onChecked = (checked) => onSelection(new Set(checked ? rows.map(({ id }) => id) : []));
  const box = mayWrite && h(Check, { label: links.selectAll, hiddenLabel: true, checked: all, onChecked });
  const names = [links.short, links.target, links.clicks, links.created, links.actions];
  const classes = ['', '', 'clicks', 'when', 'actions'];
  return h(
    'thead',
    null,
    h(
      'tr',
      null,
      h('th', { class: 'choose', scope: 'col', 'aria-label': links.select }, box),
      names.map((name, at) => h('th', { key: name, scope: 'col', class: classes[at] }, name)),
    ),
  );
}

/** @param {Props} props */
export function LinkTable({ rows, mayWrite, selection, onSelection, onChanged }) {
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
    h(Head, { rows, mayWrite, selection, onSelection }),
    h('tbody', null, body),
  );
}
