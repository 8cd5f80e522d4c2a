/** @import { ComponentChildren } from 'preact' */
/** @import { Health } from '../types.d.ts' */
import { h } from 'preact';
import { useServices } from '../page/services.js';
import { texts } from '../page/texts.js';
import { number } from '../parts/format.js';
import { useStore } from '../parts/store.js';
import { Ago } from '../parts/time.js';
import { judge, storeName } from './judge.js';

/** @param {{ title: string, rows: readonly (readonly [string, ComponentChildren])[] }} props */
const Facts = ({ title, rows }) =>
  h(
    'section',
    { class: 'card' },
    h('h2', null, title),
    h(
      'dl',
      null,
      rows.flatMap(([name, value]) => [h('dt', { key: name }, name), h('dd', { key: `${name} is` }, value)]),
    ),
  );

/** @param {{ health: Health }} props */
function Figures({ health }) {
  const words = texts.health;
  const stores = Object.entries(health.dependencies).map(
    ([name, state]) =>
      /** @type {const} */ ([storeName(name), h('span', { class: `store ${state}` }, words.state[state])]),
  );
  return [
    h(Facts, { key: 'stores', title: words.stores, rows: stores }),
    h(Facts, {
      key: 'queue',
      title: words.queue,
      rows: [
        [words.batches, number(health.waiting.batches)],
        [words.oldest, texts.seconds(number(Math.round(health.waiting.oldest_seconds)))],
      ],
    }),
    h(Facts, {
      key: 'service',
      title: words.service,
      rows: [
        [words.replicas, health.replicas ?? '–'],
        [words.version, health.version],
        [words.release, health.release || texts.none],
        [words.replica, health.replica],
        [words.running, h(Ago, { time: health.started_at })],
        [words.inFlight, number(health.in_flight)],
        [words.lag, texts.milliseconds(number(Math.round(health.lag_ms)))],
      ],
    }),
  ];
}

/** @param {{ links: Record<string, string> }} props */
function Elsewhere({ links }) {
  const known = /** @type {Record<string, string>} */ (texts.health.links);
  const items = Object.entries(links).map(([name, href]) =>
    h('li', { key: name }, h('a', { href, rel: 'noreferrer' }, known[name] ?? name)),
  );
  return h('section', { class: 'card' }, h('h2', null, texts.health.elsewhere), h('ul', null, items));
}

/** How the service is, as this page's replica says it, every two seconds. */
export function StatusView() {
  const { about, stream } = useServices();
  const health = useStore(stream.health);
  const state = useStore(stream.state);
  const { mood, text } = judge(health, state);
  const words = texts.health;
  if (!health && state !== 'lost') return h('p', { class: 'waiting' }, text);
  return h(
    'div',
    { class: 'view' },
    h(
      'header',
      { class: 'list-head' },
      h('h1', null, words.title),
      h('span', { class: `pill ${mood}` }, h('span', { class: 'dot', 'aria-hidden': true }), text),
    ),
    h(
      'div',
      { class: 'cards' },
      health && h(Figures, { health }),
      h(Facts, { title: words.auth, rows: [[words.auth, about.authOn ? words.authOn : words.authOff]] }),
      h(Elsewhere, { links: about.links }),
    ),
  );
}
