/** @import { ComponentType } from 'preact' */
/** @import { Place } from '../types.d.ts' */
import { h } from 'preact';
import { EventsView } from '../events/view.js';
import { KeysView } from '../keys/view.js';
import { LinkView } from '../link/view.js';
import { LinksView } from '../links/view.js';
import { StatusView } from '../status/view.js';
import { TesterView } from '../tester/view.js';
import { UsersView } from '../users/view.js';
import { texts } from './texts.js';

/** @type {Readonly<Record<string, ComponentType<{ place: Place }>>>} */
const views = {
  links: LinksView,
  link: LinkView,
  events: EventsView,
  users: UsersView,
  keys: KeysView,
  tester: TesterView,
  status: StatusView,
};

/** @param {Place} place */
export const nameOf = ({ view, id }) => (view === 'links' && id !== undefined ? 'link' : view);

/**
 * The view that the address names.
 * @param {{ place: Place }} props
 */
export function CurrentView({ place }) {
  const name = nameOf(place);
  const View = views[name];
  return View ? h(View, { place, key: `${name} ${place.id}` }) : h('p', { class: 'empty' }, texts.missing);
}
