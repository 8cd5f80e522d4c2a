/** @import { Place, Store } from '../types.d.ts' */
/** @import { Rights } from '../api/session.js' */
import { h } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { may } from '../api/session.js';
import { RemovalBar } from '../links/removals.js';
import { useStore } from '../parts/store.js';
import { ToastList } from '../parts/toasts.js';
import { HealthPill, LostBar } from '../status/pill.js';
import { hashOf } from './router.js';
import { useServices } from './services.js';
import { SignIn, SignOutButton } from './sign-in.js';
import { texts } from './texts.js';
import { ThemeButton } from './theme.js';
import { CurrentView, nameOf } from './views.js';

const sections = /** @type {const} */ (['links', 'events', 'users', 'keys', 'tester', 'status']);

/** The sections; on a phone they are wider than the screen, and the current one is brought into sight. @param {{ current: string }} props */
function Sections({ current }) {
  const nav = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  /** @param {typeof sections[number]} name */
  const link = (name) =>
    h('a', { key: name, href: hashOf(name), 'aria-current': name === current ? 'page' : undefined }, texts.nav[name]);
  return h('nav', { ref: nav, 'aria-label': texts.nav.label }, sections.map(link));
}

/** @param {{ place: Place, mayRead: boolean }} props */
function Header({ place, mayRead }) {
  return h(
    'header',
    { class: 'top' },
    h('a', { class: 'brand', href: hashOf('links') }, texts.name),
    mayRead && h(Sections, { current: place.view }),
    h('span', { class: 'space' }),
    mayRead && h(HealthPill, null),
    h(ThemeButton, null),
    h(SignOutButton, null),
  );
}

/** @param {Place} place @param {boolean} mayRead */
function useTitle(place, mayRead) {
  const main = useRef(/** @type {HTMLElement | null} */ (null));
  const name = nameOf(place);
  const first = useRef(true);
  useEffect(() => {
    const section = /** @type {Record<string, string>} */ (texts.nav)[place.view];
    document.title = [section, texts.name].filter(Boolean).join(' · ');
    // Who uses a keyboard or a screen reader goes on in the new view.
    if (!first.current) main.current?.focus();
    first.current = false;
  }, [name, place.id, mayRead]);
  return main;
}

/**
 * What is around every view.
 * @param {{ router: Store<Place> }} props
 */
export function Shell({ router }) {
  const { session, stream, removals, toasts } = useServices();
  const place = useStore(router);
  /** @type {Rights | undefined} */
  const rights = useStore(session.rights);
  const mayRead = may(rights, 'read');
  const main = useTitle(place, mayRead);
  useEffect(() => {
    if (mayRead) stream.start();
    else stream.stop();
  }, [mayRead]);
  /** @param {Event} event */
  const skip = (event) => {
    event.preventDefault();
    main.current?.focus();
  };
  const waiting = h('p', { class: 'empty' }, texts.loading);
  // Behind the form what was typed waits for whoever signs in again.
  const content = [
    !rights && waiting,
    rights && !mayRead && h(SignIn, { key: 'sign-in', why: rights.lapsed ? texts.signIn.lapsed : undefined }),
    (mayRead || rights?.lapsed) && h('div', { key: 'view', hidden: !mayRead }, h(CurrentView, { place })),
  ];
  return [
    h(
      'a',
      {
        key: 'skip',
        class: 'skip',
        href: '#main',
        onClick: skip,
      },
      texts.skip,
    ),
    h(Header, { key: 'top', place, mayRead }),
    h(LostBar, { key: 'lost' }),
    h('main', { key: 'main', id: 'main', ref: main, tabIndex: -1 }, content),
    h(RemovalBar, { key: 'removals', removals }),
    h(ToastList, { key: 'toasts', toasts }),
  ];
}
