/** @import { Url } from '../types.d.ts' */
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { texts } from '../page/texts.js';
import { Dialog } from '../parts/dialog.js';
import { stateOf } from './values.js';

const size = 1024;

/** @param {{ url: Url, onClose: () => void }} props */
function QrDialog({ url, onClose }) {
  const { qr } = texts;
  const path = `/${url.short_code}/qr`;
  if (stateOf(url, Date.now()) !== 'active') return h(Dialog, { title: qr.title, onClose }, h('p', null, qr.gone));
  return h(
    Dialog,
    { title: qr.title, onClose },
    h('img', { class: 'qr', src: `${path}?format=svg`, alt: qr.alt(url.short_url), width: 240, height: 240 }),
    h('p', { class: 'short' }, url.short_url),
    h(
      'p',
      { class: 'row' },
      h('a', { class: 'button', href: `${path}?format=svg`, download: `${url.short_code}.svg` }, qr.svg),
      h('a', { class: 'button', href: `${path}?format=png&size=${size}`, download: `${url.short_code}.png` }, qr.png),
    ),
  );
}

/** @param {{ url: Url }} props */
export function QrButton({ url }) {
  const [open, setOpen] = useState(false);
  return [
    h('button', { key: 'button', type: 'button', class: 'small', onClick: () => setOpen(true) }, texts.links.qr),
    open && h(QrDialog, { key: 'dialog', url, onClose: () => setOpen(false) }),
  ];
}
