/** @import { Share, Stats } from '../types.d.ts' */
import { h } from 'preact';
import { texts } from '../page/texts.js';
import { number } from '../parts/format.js';

const shown = 8;

/** @param {{ title: string, shares: readonly Share[] }} props */
function ShareList({ title, shares }) {
  const most = Math.max(1, ...shares.map(({ clicks }) => clicks));
  const items = shares
    .slice(0, shown)
    .map(({ value, clicks }) =>
      h(
        'li',
        { key: value },
        h('span', { class: 'name', dir: 'auto' }, value),
        h('span', { class: 'count' }, number(clicks)),
        h('meter', { min: 0, max: most, value: clicks, 'aria-hidden': true }),
      ),
    );
  return h(
    'section',
    { class: 'card' },
    h('h2', null, title),
    shares.length === 0 ? h('p', { class: 'quiet' }, texts.link.noClicks) : h('ol', { class: 'shares' }, items),
  );
}

/** Who they were, without the bots. @param {{ stats: Stats }} props */
export function Shares({ stats }) {
  const { link } = texts;
  return h(
    'div',
    { class: 'cards' },
    h(ShareList, { title: link.referrers, shares: stats.referrers }),
    h(ShareList, { title: link.browsers, shares: stats.browsers }),
    h(ShareList, { title: link.os, shares: stats.os }),
    h(ShareList, { title: link.devices, shares: stats.devices }),
  );
}
