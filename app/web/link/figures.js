/** @import { Stats } from '../types.d.ts' */
import { h } from 'preact';
import { texts } from '../page/texts.js';
import { changeOf, number } from '../parts/format.js';

/** @param {Stats} stats */
const visitorsOf = ({ unique_visitors: days }) => days.reduce((sum, { visitors }) => sum + visitors, 0);

/** @param {{ name: string, value: number, past?: number, hint?: string }} props */
function Figure({ name, value, past, hint }) {
  const change = past === undefined ? undefined : changeOf(value, past);
  const kind = change?.startsWith('-') ? 'less' : 'more';
  return h(
    'div',
    { class: 'figure' },
    h('dt', null, name),
    h(
      'dd',
      null,
      number(value),
      change && h('span', { class: `change ${kind}`, title: texts.link.before }, ` ${change}`),
    ),
    hint && h('dd', { class: 'note' }, hint),
  );
}

/** @param {{ now: Stats, past: Stats | undefined }} props */
export const Figures = ({ now, past }) =>
  h(
    'dl',
    { class: 'figures' },
    h(Figure, { name: texts.link.clicks, value: now.clicks, past: past?.clicks }),
    h(Figure, {
      name: texts.link.visitors,
      value: visitorsOf(now),
      past: past && visitorsOf(past),
      hint: texts.link.visitorsHint,
    }),
    h(Figure, { name: texts.link.bots, value: now.bots, past: past?.bots }),
  );
