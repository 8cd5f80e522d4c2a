import { h } from 'preact';
import { texts } from '../page/texts.js';

/**
 * The names of a table's columns.
 * @param {{ names: readonly string[] }} props
 */
export function HeadRow({ names }) {
  const { actions } = texts.links;
  const cells = names.map((name) =>
    h('th', { key: name, scope: 'col', class: name === actions ? 'actions' : undefined }, name),
  );
  return h('thead', null, h('tr', null, cells));
}
