/** @import { Filters } from './query.js' */
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { texts } from '../page/texts.js';
import { Field } from '../parts/field.js';
import { addressOf, isNarrowed, noFilters } from './query.js';

/** After the last key, so that a word is one question and not one a letter; milliseconds. */
const typing = 250;

/** @param {Filters} filters */
function useFilters(filters) {
  const [typed, setTyped] = useState(filters);
  // Gone back in the browser's history, or a tag was clicked: the fields follow.
  useEffect(() => setTyped(filters), [JSON.stringify(filters)]);
  useEffect(() => {
    if (JSON.stringify(typed) === JSON.stringify(filters)) return;
    const timer = setTimeout(() => location.replace(addressOf(typed)), typing);
    return () => clearTimeout(timer);
  }, [JSON.stringify(typed)]);
  return { typed, setTyped };
}

/**
 * What the list is narrowed to. It goes into the page's address, and the list follows that.
 * @param {{ filters: Filters }} props
 */
export function FilterBar({ filters }) {
  const { typed, setTyped } = useFilters(filters);
  const { links } = texts;
  /** @param {keyof Filters} name @param {string} label @param {object} [more] */
  const field = (name, label, more) =>
    h(Field, { name, label, value: typed[name], onValue: (value) => setTyped({ ...typed, [name]: value }), ...more });
  return h(
    'form',
    { class: 'filters', role: 'search', onSubmit: (/** @type {Event} */ event) => event.preventDefault() },
    field('q', links.search, { type: 'search', placeholder: links.search, hiddenLabel: true }),
    field('tag', links.tag),
    field('user', links.user, { inputMode: 'numeric' }),
    field('state', links.state, { options: links.states }),
    field('order', links.order, { options: links.orders }),
    isNarrowed(filters) && h('a', { href: addressOf({ ...noFilters, order: filters.order }) }, links.clear),
  );
}
