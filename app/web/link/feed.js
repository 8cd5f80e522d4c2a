/** @import { UrlEvent } from '../types.d.ts' */
import { h } from 'preact';
import { texts } from '../page/texts.js';
import { Ago } from '../parts/time.js';

/** Who clicked, as far as it is known. @param {Record<string, unknown>} details */
export const clickText = (details) =>
  ['browser', 'os', 'device', 'referrer', 'bot']
    .flatMap((name) => {
      const value = details[name];
      return typeof value === 'string' && value ? [value] : value === true ? [name] : [];
    })
    .join(' · ');

/** @param {unknown} value */
const shown = (value) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? texts.none));

/** What an event changed, field by field: "title: a → b". @param {Record<string, unknown>} details */
export function changesIn(details) {
  const changed = details['changed'];
  if (typeof changed !== 'object' || changed === null) return '';
  return Object.entries(changed)
    .map(([name, value]) => {
      const { from, to } = /** @type {{ from?: unknown, to?: unknown }} */ (value ?? {});
      return from === undefined && to === undefined
        ? `${name}: ${shown(value)}`
        : `${name}: ${shown(from)} → ${shown(to)}`;
    })
    .join(', ');
}

/** @param {{ title: string, events: readonly UrlEvent[], empty: string, live?: boolean }} props */
export function EventList({ title, events, empty, live = false }) {
  const items = events.map(({ id, event_type: type, timestamp, details }) =>
    h(
      'li',
      { key: id },
      h(Ago, { time: timestamp }),
      h(
        'span',
        { dir: 'auto' },
        type === 'click' ? clickText(details) : [type, changesIn(details)].filter(Boolean).join(' · '),
      ),
    ),
  );
  return h(
    'section',
    { class: 'card' },
    h('h2', null, title),
    events.length === 0
      ? h('p', { class: 'quiet' }, empty)
      : h('ol', { class: 'feed', 'aria-live': live ? 'polite' : undefined }, items),
  );
}
