import { h } from 'preact';
import { texts } from '../page/texts.js';

/**
 * To the neighbouring pages of a list.
 * @param {{ onPrevious: (() => void) | undefined, onNext: (() => void) | undefined }} props
 */
export function Pager({ onPrevious, onNext }) {
  if (!onPrevious && !onNext) return null;
  const button = { type: /** @type {const} */ ('button') };
  return h(
    'nav',
    { class: 'pager', 'aria-label': `${texts.previous}, ${texts.next}` },
    h('button', { ...button, disabled: !onPrevious, onClick: onPrevious }, texts.previous),
    h('button', { ...button, disabled: !onNext, onClick: onNext }, texts.next),
  );
}
