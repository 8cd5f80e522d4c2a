/** @import { UrlEvent } from '../types.d.ts' */
import { useEffect, useState } from 'preact/hooks';
import { useStream } from '../api/stream.js';
import { useServices } from '../page/services.js';
import { useLoad } from '../parts/load.js';

/** @typedef {{ type: string, url: string }} Filters */

const perPage = 50;
/** Events shown at most: who wants older ones asks for them. */
const most = 500;

/** @param {Filters} filters */
const queryOf = ({ type, url }) => ({ ...(type && { event_type: type }), ...(/^\d+$/.test(url) && { url_id: url }) });

/** @param {Filters} filters */
const listPath = (filters) =>
  `/events?${new URLSearchParams({ order: 'desc', per_page: String(perPage), ...queryOf(filters) })}`;
/** @param {Filters} filters */
const streamQuery = (filters) => {
  const text = new URLSearchParams(queryOf(filters)).toString();
  return text && `?${text}`;
};

/**
 * Newer ones first, each once.
 * @param {readonly UrlEvent[]} newer
 * @param {readonly UrlEvent[]} older
 */
export function merged(newer, older) {
  const known = new Map([...older, ...newer].map((event) => [event.id, event]));
  return [...known.values()].sort((one, other) => other.id - one.id).slice(0, most);
}

/**
 * The feed: newest first, growing by itself unless it is paused; what comes meanwhile is held.
 * @param {Filters} filters
 */
export function useFeed(filters) {
  const { client, stream } = useServices();
  const path = listPath(filters);
  const page = useLoad(path, async (signal) => {
    const { body, next } = await client.get(path, { signal });
    return { events: /** @type {readonly UrlEvent[]} */ (body), next };
  });
  const [paused, setPaused] = useState(false);
  const [held, setHeld] = useState(/** @type {readonly UrlEvent[]} */ ([]));
  useEffect(() => setHeld([]), [path]);
  /** @param {readonly UrlEvent[]} events */
  const add = (events) => page.change((now) => ({ ...now, events: merged(events, now.events) }));
  const onEvent = (/** @type {UrlEvent} */ event) => (paused ? setHeld((list) => merged([event], list)) : add([event]));
  // A pause stays one: what was skipped is there when it ends.
  useStream(stream, streamQuery(filters), { onEvent, onSkipped: () => paused || page.again() });
  const resume = () => {
    setPaused(false);
    setHeld([]);
    // More may have come than was held.
    add(held);
    page.again();
  };
  const older = async () => {
    if (!page.value?.next) return;
    const { body, next } = await client.get(page.value.next);
    page.change((now) => ({ events: [...now.events, ...body].slice(-most), next }));
  };
  return { page, paused, held: held.length, pause: () => setPaused(true), resume, older };
}
