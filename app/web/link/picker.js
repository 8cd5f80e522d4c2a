/** @import { Choice } from './range.js' */
import { h } from 'preact';
import { hashOf } from '../page/router.js';
import { texts } from '../page/texts.js';
import { Check, Field } from '../parts/field.js';

/**
 * Which period is shown, and by what. It goes into the page's address.
 * @param {{ id: number, choice: Choice }} props
 */
export function RangePicker({ id, choice }) {
  /** @param {Partial<Choice>} change */
  const go = (change) => {
    const { range, from, to, interval, compare } = { ...choice, ...change };
    const own = range === 'own' ? { from, to } : {};
    const by = change.range ? undefined : interval;
    location.replace(hashOf(`links/${id}`, { range, by, ...own, compare: compare ? undefined : 'no' }));
  };
  const { link } = texts;
  /** @param {'from' | 'to'} name */
  const date = (name) =>
    h(Field, {
      name,
      label: link[name],
      type: 'date',
      value: choice[name].slice(0, 10),
      onValue: (value) => go({ [name]: value }),
    });
  return h(
    'div',
    { class: 'filters', role: 'group', 'aria-label': link.range },
    h(Field, {
      name: 'range',
      label: link.range,
      value: choice.range,
      options: link.ranges,
      onValue: (range) => go({ range: /** @type {Choice['range']} */ (range) }),
    }),
    choice.range === 'own' && date('from'),
    choice.range === 'own' && date('to'),
    h(Field, {
      name: 'by',
      label: link.interval,
      value: choice.interval,
      options: link.intervals,
      onValue: (by) => go({ interval: by === 'hour' ? 'hour' : 'day' }),
    }),
    h(Check, { label: link.compare, checked: choice.compare, onChecked: (compare) => go({ compare }) }),
  );
}
