/** What the list of links is narrowed to, as it stands in the page's address. */
/** @typedef {{ q: string, tag: string, user: string, state: string, order: string }} Filters */

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
    order: query.get('order') === 'asc' ? 'asc' : 'desc',
  };
}

/** @param {Filters} filters */
export const isNarrowed = ({ q, tag, user, state }) => `${q}${tag}${user}${state}` !== '';

const perPage = 25;

/**
 * The first page of the list that the filters describe, as the API is asked for it.
 * @param {Filters} filters
 */
export function listPath({ q, tag, user, state, order }) {
  const query = new URLSearchParams({ order, per_page: String(perPage), cursor: '' });
  if (q) query.set('q', q);
  if (tag) query.set('tag', tag);
  if (user) query.set('user_id', user);
  if (state) query.set('is_active', state);
  return `/urls?${query}`;
}
