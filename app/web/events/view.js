/** @import { Place, UrlEvent } from '../types.d.ts' */
import { h } from 'preact';
import { changesIn, clickText } from '../link/feed.js';
import { hashOf } from '../page/router.js';
import { useServices } from '../page/services.js';
import { texts } from '../page/texts.js';
import { Field } from '../parts/field.js';
import { momentOf, plainAddress } from '../parts/format.js';
import { HeadRow } from '../parts/head-row.js';
import { ProblemNote } from '../parts/problem-note.js';
import { useFeed } from './list.js';

/** @typedef {ReturnType<typeof useFeed>} Feed */

/** @param {Record<string, unknown>} details */
function detailsText({ short_code: _, original_url: __, changed, ...rest }) {
  const own = Object.entries(rest).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [changesIn({ changed }), ...own].filter(Boolean).join(' · ');
}

/** @param {{ event: UrlEvent }} props */
function EventRow({ event: { url_id: id, event_type: type, timestamp, details } }) {
  const code = typeof details['short_code'] === 'string' ? details['short_code'] : '';
  const address = typeof details['original_url'] === 'string' ? details['original_url'] : '';
  const link =
    id === null
      ? h('span', { class: 'quiet' }, code)
      : h('a', { href: hashOf(`links/${id}`), class: 'short' }, code || id);
  return h(
    'tr',
    null,
    h('td', { class: 'when' }, h('time', { dateTime: timestamp }, momentOf(timestamp))),
    h('td', null, h('span', { class: `kind ${type}` }, type)),
    h('td', { dir: 'ltr' }, link, ' ', h('span', { class: 'quiet address' }, plainAddress(address))),
    h('td', { class: 'details', dir: 'auto' }, type === 'click' ? clickText(details) : detailsText(details)),
  );
}

/** @param {{ place: Place, feed: Feed }} props */
function Controls({ place, feed }) {
  const { events } = texts;
  const type = place.query.get('type') ?? '';
  const url = place.query.get('url') ?? '';
  /** @param {Record<string, string>} change */
  const go = (change) => location.replace(hashOf('events', { type, url, ...change }));
  const { paused, held, pause, resume } = feed;
  const label = !paused ? events.pause : held > 0 ? events.held(held) : events.resume;
  return h(
    'div',
    { class: 'filters' },
    h(Field, {
      name: 'type',
      label: events.type,
      value: type,
      options: events.types,
      onValue: (value) => go({ type: value }),
    }),
    h(Field, {
      name: 'url',
      label: events.url,
      value: url,
      inputMode: 'numeric',
      onValue: (value) => go({ url: value }),
    }),
    h(
      'button',
      { type: 'button', class: paused ? 'main' : '', 'aria-pressed': paused, onClick: paused ? resume : pause },
      label,
    ),
  );
}

/** What happens, newest first. @param {{ place: Place }} props */
export function EventsView({ place }) {
  const { toasts } = useServices();
  const { events } = texts;
  const feed = useFeed({ type: place.query.get('type') ?? '', url: place.query.get('url') ?? '' });
  const { value, problem, again, loading } = feed.page;
  const rows = value?.events ?? [];
  const names = [events.when, events.what, events.link, events.details];
  const head = h(HeadRow, { names });
  const body = h(
    'tbody',
    null,
    rows.map((event) => h(EventRow, { key: event.id, event })),
  );
  return h(
    'div',
    { class: 'view' },
    h(
      'header',
      { class: 'list-head' },
      h('h1', null, events.title),
      h('span', { class: 'quiet', role: 'status' }, feed.paused ? events.paused : events.live),
    ),
    h(Controls, { place, feed }),
    h(ProblemNote, { problem, onRetry: again }),
    rows.length > 0 &&
      h(
        'div',
        { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': events.title },
        h('table', { class: 'events' }, head, body),
      ),
    rows.length === 0 && !loading && !problem && h('p', { class: 'empty' }, events.empty),
    value?.next &&
      h('p', null, h('button', { type: 'button', onClick: () => void feed.older().catch(toasts.fail) }, events.older)),
  );
}
