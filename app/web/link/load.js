/** @import { Stats, Url, UrlEvent } from '../types.d.ts' */
/** @import { Choice } from './range.js' */
import { useEffect, useRef, useState } from 'preact/hooks';
import { useStream } from '../api/stream.js';
import { useServices } from '../page/services.js';
import { useLoad } from '../parts/load.js';
import { before, spanOf, statsPath } from './range.js';

const kept = 20;
/** Statistics follow the clicks, and not each of them; milliseconds. */
const betweenReadings = 2_000;

/** @param {number} id @param {Choice} choice */
function useStats(id, choice) {
  const { client } = useServices();
  const key = JSON.stringify([id, choice]);
  return useLoad(key, async (signal) => {
    const span = spanOf(choice, Date.now());
    const ask = async (/** @type {typeof span} */ one) =>
      /** @type {Stats} */ ((await client.get(statsPath(id, one), { signal })).body);
    const [now, past] = await Promise.all([ask(span), choice.compare ? ask(before(span)) : undefined]);
    return { now, past };
  });
}

/** @param {number} id @param {string} type */
function useEvents(id, type) {
  const { client } = useServices();
  return useLoad(`${id} ${type}`, async (signal) => {
    const path = `/events?url_id=${id}&event_type=${type}&order=desc&per_page=${kept}`;
    return /** @type {UrlEvent[]} */ ((await client.get(path, { signal })).body);
  });
}

/** Calls at most once in a while, and once more after the last time. @param {() => void} work */
function useCalmly(work) {
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, betweenReadings);
  };
}

/**
 * A link with its figures and its history, kept up to date while it is looked at.
 * @param {number} id
 * @param {Choice} choice
 */
export function useLink(id, choice) {
  const { client, stream } = useServices();
  const link = useLoad(
    String(id),
    async (signal) => /** @type {Url} */ ((await client.get(`/urls/${id}`, { signal })).body),
  );
  const stats = useStats(id, choice);
  const clicks = useEvents(id, 'click');
  const [updated, created] = [useEvents(id, 'updated'), useEvents(id, 'created')];
  const [deleted, setDeleted] = useState(false);
  const readStats = useCalmly(stats.again);
  const refresh = () => {
    for (const { again } of [link, stats, clicks, updated]) again();
  };
  /** @param {UrlEvent} event */
  const onEvent = (event) => {
    if (event.event_type === 'click') {
      clicks.change((list) => [event, ...list].slice(0, kept));
      link.change((url) => ({ ...url, click_count: url.click_count + 1 }));
      readStats();
    } else if (event.event_type === 'deleted') setDeleted(true);
    else refresh();
  };
  useStream(stream, `?url_id=${id}`, { onEvent, onSkipped: refresh });
  const history = [...(updated.value ?? []), ...(created.value ?? [])];
  return { link, stats, clicks: clicks.value ?? [], history, deleted };
}
