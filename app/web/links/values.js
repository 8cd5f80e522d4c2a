/** @import { Url } from '../types.d.ts' */

/** A link as a form has it: texts, and what is on or off. */
/** @typedef {{ original_url: string, custom_alias: string, title: string, tags: string, expires_at: string, max_clicks: string, redirect_type: string, forward_query: boolean, is_active: boolean }} Values */

/** @type {Values} */
export const emptyValues = {
  original_url: '',
  custom_alias: '',
  title: '',
  tags: '',
  expires_at: '',
  max_clicks: '',
  redirect_type: '302',
  forward_query: false,
  is_active: true,
};

const minute = 60_000;

/**
 * A moment as a field for local time takes it.
 * @param {string} time
 */
export function localTime(time) {
  const date = new Date(time);
  return new Date(date.getTime() - date.getTimezoneOffset() * minute).toISOString().slice(0, 16);
}

/** @param {string} text */
const tagsIn = (text) => [...new Set(text.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '');
/** What is no number goes to the service as it is: it says what it expects. @param {string} text */
const numberIn = (text) => (/^\d+$/.test(text.trim()) ? Number(text) : text);
/** @param {string} text */
const momentIn = (text) => (Number.isNaN(new Date(text).getTime()) ? text : new Date(text).toISOString());

/**
 * @param {Url} url
 * @returns {Values}
 */
export const valuesOf = (url) => ({
  original_url: url.original_url,
  custom_alias: '',
  title: url.title ?? '',
  tags: url.tags.join(', '),
  expires_at: url.expires_at ? localTime(url.expires_at) : '',
  max_clicks: url.max_clicks === null ? '' : String(url.max_clicks),
  redirect_type: String(url.redirect_type),
  forward_query: url.forward_query,
  is_active: url.is_active,
});

/**
 * What the API takes, of each field that a form has.
 * @param {Values} values
 * @returns {Record<string, unknown>}
 */
const bodyOf = (values) => ({
  original_url: values.original_url.trim(),
  title: values.title.trim() || null,
  tags: tagsIn(values.tags),
  expires_at: values.expires_at ? momentIn(values.expires_at) : null,
  max_clicks: values.max_clicks.trim() ? numberIn(values.max_clicks) : null,
  redirect_type: Number(values.redirect_type),
  forward_query: values.forward_query,
  is_active: values.is_active,
});

/**
 * A new link. `is_active` is not for the API to be told of one.
 * @param {Values} values
 */
export function newUrlOf(values) {
  const { is_active: _, ...body } = bodyOf(values);
  return { ...body, ...(values.custom_alias.trim() && { custom_alias: values.custom_alias.trim() }) };
}

/**
 * What a form changed, field by field: what somebody else changed meanwhile stays.
 * @param {Values} before
 * @param {Values} after
 */
export function changesOf(before, after) {
  const old = bodyOf(before);
  return Object.fromEntries(
    Object.entries(bodyOf(after)).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name])),
  );
}

/**
 * Whether a link redirects now, as far as this page can tell.
 * @param {Url} url
 * @param {number} now
 * @returns {'active' | 'inactive' | 'expired'}
 */
export function stateOf({ is_active, expires_at }, now) {
  if (!is_active) return 'inactive';
  return expires_at && new Date(expires_at).getTime() <= now ? 'expired' : 'active';
}
