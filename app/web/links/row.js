/** @import { Url } from '../types.d.ts' */
import { h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { hashOf } from '../page/router.js';
import { useServices } from '../page/services.js';
import { texts } from '../page/texts.js';
import { CopyButton } from '../parts/copy.js';
import { Check } from '../parts/field.js';
import { number, plainAddress } from '../parts/format.js';
import { Ago } from '../parts/time.js';
import { EditForm } from './edit.js';
import { QrButton } from './qr.js';
import { stateOf } from './values.js';

/** @typedef {{ url: Url, mayWrite: boolean, selected: boolean, onSelected: (selected: boolean) => void, onChanged: (url: Url) => void }} Props */

/** @param {{ tags: readonly string[] }} props */
export const Tags = ({ tags }) =>
  tags.length === 0
    ? null
    : h(
        'span',
        { class: 'tags' },
        tags.map((tag) => h('a', { key: tag, class: 'tag', href: hashOf('links', { tag }) }, tag)),
      );

/** @param {{ url: Url }} props */
export function State({ url }) {
  const state = stateOf(url, Date.now());
  return state === 'active' ? null : h('span', { class: `state ${state}` }, texts.links[state]);
}

/** @param {{ url: Url }} props */
function Target({ url }) {
  const address = h(
    'a',
    { href: url.original_url, class: 'address', rel: 'noreferrer', dir: 'ltr' },
    plainAddress(url.original_url),
  );
  return h(
    'td',
    { class: 'target' },
    url.title && h('span', { class: 'title', dir: 'auto' }, url.title),
    address,
    h(Tags, { tags: url.tags }),
  );
}

/** Whether the row is being edited; after that the focus is where it began. */
function useEditing() {
  const [editing, setEditing] = useState(false);
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const before = useRef(false);
  useEffect(() => {
    if (before.current && !editing) button.current?.focus();
    before.current = editing;
  }, [editing]);
  return { editing, setEditing, button };
}

/** @param {Props} props */
export function LinkRow({ url, mayWrite, selected, onSelected, onChanged }) {
  const { removals } = useServices();
  const { editing, setEditing, button } = useEditing();
  const { links } = texts;
  if (editing) {
    const form = h(EditForm, { url, onSaved: onChanged, onClose: () => setEditing(false) });
    return h('tr', { class: 'editing' }, h('td', { colSpan: 6 }, form));
  }
  const small = { type: 'button', class: 'small' };
  return h(
    'tr',
    { class: selected ? 'selected' : undefined, 'data-id': url.id },
    h(
      'td',
      { class: 'choose' },
      mayWrite &&
        h(Check, {
          label: links.selectOne(url.short_code),
          hiddenLabel: true,
          checked: selected,
          onChecked: onSelected,
        }),
    ),
    h(
      'td',
      { class: 'code' },
      h('a', { href: hashOf(`links/${url.id}`), class: 'short', dir: 'ltr' }, url.short_code),
      h(State, { url }),
    ),
    h(Target, { url }),
    h('td', { class: 'clicks', 'data-label': links.clicks }, number(url.click_count)),
    h('td', { class: 'when', 'data-label': links.created }, h(Ago, { time: url.created_at })),
    h(
      'td',
      { class: 'actions' },
      h(CopyButton, { text: url.short_url }),
      h(QrButton, { url }),
      mayWrite && h('button', { ...small, ref: button, onClick: () => setEditing(true) }, texts.edit),
      mayWrite && h('button', { ...small, class: 'small danger', onClick: () => removals.remove([url]) }, texts.remove),
    ),
  );
}
