/** @import { Url, UrlEvent } from '../types.d.ts' */
/** @import { Filters } from './query.js' */
import { useEffect, useState } from 'preact/hooks';
import { useStream } from '../api/stream.js';
import { useServices } from '../page/services.js';
import { useLoad } from '../parts/load.js';
import { listPath, usualOrder } from './query.js';

/** @typedef {{ rows: Url[], next: string | undefined, total: number }} Page */

/**
 * The list of links, page by page, kept true by what happens meanwhile: clicks count, changes show, what is deleted
 * goes. New links are only told of, where they would be first, so that nothing moves under the reader's hand.
 * @param {Filters} filters
 */
export function useLinks(filters) {
  const { client, stream } = useServices();
  const first = listPath(filters);
  const [trail, setTrail] = useState([first]);
  const [fresh, setFresh] = useState(0);
  useEffect(() => setTrail([first]), [first]);
  const path = trail[0] === first ? (trail.at(-1) ?? first) : first;
  const page = useLoad(path, async (signal) => {
    const { body, next, total } = await client.get(path, { signal });
    return /** @type {Page} */ ({ rows: body, next, total });
  });
  useEffect(() => setFresh(0), [page.value]);

  /** @param {Url} url */
  const put = (url) => page.change((now) => ({ ...now, rows: now.rows.map((row) => (row.id === url.id ? url : row)) }));
  /** @param {UrlEvent} event */
  const onEvent = ({ event_type: type, url_id: id, details }) => {
    const shown = page.value?.rows.find((row) => row.id === id || row.short_code === details['short_code']);
    if (type === 'created' && !shown && filters.order === usualOrder) setFresh((count) => count + 1);
    if (!shown) return;
    if (type === 'click') put({ ...shown, click_count: shown.click_count + 1 });
    if (type === 'deleted') page.change((now) => ({ ...now, rows: now.rows.filter((row) => row !== shown) }));
    if (type === 'updated')
      void client.get(`/urls/${shown.id}`).then(
        ({ body }) => put(body),
        () => {},
      );
  };
  useStream(stream, '', { onEvent, onSkipped: page.again });

  const next = page.value?.next;
  return {
    ...page,
    fresh,
    put,
    onNext: next ? () => setTrail([...trail, next]) : undefined,
    onPrevious: trail.length > 1 && trail[0] === first ? () => setTrail(trail.slice(0, -1)) : undefined,
    toFirst: () => {
      setTrail([first]);
      page.again();
    },
  };
}
