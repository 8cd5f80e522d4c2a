import { hashOf } from '../page/router.js';

/** @typedef {'newest' | 'oldest' | 'most' | 'fewest'} Order */
/** What the list of links is narrowed to, and its order, as they stand in the page's address. */
/** @typedef {{ q: string, tag: string, user: string, state: string, order: Order }} Filters */

/** Each order as the API is asked for it. */
const orders = {
  newest: { order: 'desc' },
  oldest: { order: 'asc' },
  most: { sort: 'clicks', order: 'desc' },
  fewest: { sort: 'clicks', order: 'asc' },
};

/** The order without a word of it in the address. */
export const usualOrder = 'newest';

/** @param {string | null} name @returns {Order} */
const orderOf = (name) => (name !== null && name in orders ? /** @type {Order} */ (name) : usualOrder);

/** @type {Omit<Filters, 'order'>} */
export const noFilters = { q: '', tag: '', user: '', state: '' };

/**
 * @param {URLSearchParams} query
 * @returns {Filters}
 */
export function filtersOf(query) {
  const state = query.get('state') ?? '';
  return {
    q: query.get('q') ?? '',
    tag: query.get('tag') ?? '',
    user: query.get('user') ?? '',
    state: state === 'true' || state === 'false' ? state : '',
    order: orderOf(query.get('order')),
  };
}

/**
 * The page's address of a list.
 * @param {Filters} filters
 */
export const addressOf = ({ order, ...rest }) =>
  hashOf('links', { ...rest, order: order === usualOrder ? undefined : order });

/** @param {Filters} filters */
export const isNarrowed = ({ q, tag, user, state }) => `${q}${tag}${user}${state}` !== '';

const perPage = 25;

/**
 * The first page of the list that the filters describe, as the API is asked for it.
 * @param {Filters} filters
 */
export function listPath({ q, tag, user, state, order }) {
  const query = new URLSearchParams({ ...orders[order], per_page: String(perPage), cursor: '' });
  if (q) query.set('q', q);
  if (tag) query.set('tag', tag);
  if (user) query.set('user_id', user);
  if (state) query.set('is_active', state);
  return `/urls?${query}`;
}
