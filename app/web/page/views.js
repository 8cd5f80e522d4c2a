/** @import { ComponentType } from 'preact' */
/** @import { Place } from '../types.d.ts' */
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { LinksView } from '../links/view.js';
import { texts } from './texts.js';

/** @typedef {ComponentType<{ place: Place }>} View */

/** Views beside the first one come when they are asked for. */
const others = {
  link: () => import('../link/view.js').then(({ LinkView }) => LinkView),
  events: () => import('../events/view.js').then(({ EventsView }) => EventsView),
  users: () => import('../users/view.js').then(({ UsersView }) => UsersView),
  keys: () => import('../keys/view.js').then(({ KeysView }) => KeysView),
  tester: () => import('../tester/view.js').then(({ TesterView }) => TesterView),
  status: () => import('../status/view.js').then(({ StatusView }) => StatusView),
};

/** @param {Place} place */
export const nameOf = ({ view, id }) => (view === 'links' && id !== undefined ? 'link' : view);

/** @param {string} name */
const loaderOf = (name) => /** @type {Record<string, (() => Promise<View>) | undefined>} */ (others)[name];

/**
 * The view that the address names.
 * @param {{ place: Place }} props
 */
export function CurrentView({ place }) {
  const name = nameOf(place);
  const [loaded, setLoaded] = useState(/** @type {{ name: string, View: View } | undefined} */ (undefined));
  const [failed, setFailed] = useState(false);
  const load = () => {
    setFailed(false);
    loaderOf(name)?.().then(
      (View) => setLoaded({ name, View }),
      () => setFailed(true),
    );
  };
  useEffect(load, [name]);
  if (name === 'links') return h(LinksView, { place });
  if (!loaderOf(name)) return h('p', { class: 'empty' }, texts.missing);
  if (loaded?.name === name) return h(loaded.View, { place, key: `${name} ${place.id}` });
  if (!failed) return h('p', { class: 'empty' }, texts.loading);
  return h(
    'p',
    { class: 'empty' },
    texts.noAnswer,
    ' ',
    h('button', { type: 'button', onClick: load }, texts.tryAgain),
  );
}
