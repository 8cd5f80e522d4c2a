/** @import { Place, Store } from '../types.d.ts' */
import { createStore } from '../parts/store.js';

/**
 * `#/links/5?tag=a` → the view, the id and the query. What the page shows is in the address: it can be sent and gone
 * back to.
 * @param {string} hash
 * @returns {Place}
 */
export function placeOf(hash) {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [view = '', id = ''] = path.split('/');
  return {
    view: view || 'links',
    id: /^\d{1,16}$/.test(id) ? Number(id) : undefined,
    query: new URLSearchParams(query),
  };
}

/**
 * The address of a view with a query; empty values are left out.
 * @param {string} path
 * @param {Record<string, string | undefined>} [query]
 */
export function hashOf(path, query = {}) {
  const kept = Object.entries(query).filter(([, value]) => value);
  const text = new URLSearchParams(/** @type {[string, string][]} */ (kept)).toString();
  return `#/${path}${text ? `?${text}` : ''}`;
}

/**
 * Where the page is, from the address bar.
 * @param {Window} window
 * @returns {Store<Place>}
 */
export function createRouter(window) {
  const place = createStore(placeOf(window.location.hash));
  window.addEventListener('hashchange', () => place.set(placeOf(window.location.hash)));
  return place;
}
