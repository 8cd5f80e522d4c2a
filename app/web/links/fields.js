/** @import { Values } from './values.js' */
import { h } from 'preact';
import { texts } from '../page/texts.js';
import { Check, Field, Fields } from '../parts/field.js';

/** @typedef {{ values: Values, errors: Record<string, string>, onValues: (values: Values) => void }} Props */

/**
 * Errors of one field, also of its parts: `tags.1`.
 * @param {Record<string, string>} errors
 * @param {string} name
 */
export const errorOf = (errors, name) =>
  Object.entries(errors).find(([field]) => field === name || field.startsWith(`${name}.`))?.[1];

/**
 * What a link can have beside its address and code.
 * @param {Props} props
 */
export function OptionFields({ values, errors, onValues }) {
  const { fields } = texts;
  /** @param {Exclude<keyof Values, 'forward_query' | 'is_active'>} name @param {object} [more] */
  const field = (name, more = {}) =>
    h(Field, {
      name,
      label: /** @type {string} */ (fields[name]),
      value: values[name],
      error: errorOf(errors, name),
      onValue: (value) => onValues({ ...values, [name]: value }),
      ...more,
    });
  return h(
    Fields,
    null,
    field('title'),
    field('tags', { hint: fields.tags_hint }),
    field('expires_at', { type: 'datetime-local' }),
    field('max_clicks', { inputMode: 'numeric' }),
    field('redirect_type', { options: fields.redirect_types }),
    h(Check, {
      label: fields.forward_query,
      checked: values.forward_query,
      onChecked: (checked) => onValues({ ...values, forward_query: checked }),
    }),
  );
}
