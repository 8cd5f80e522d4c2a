/** @import { Store } from '../types.d.ts' */
import { h } from 'preact';
import { texts } from '../page/texts.js';
import { createStore, useStore } from './store.js';

/** @typedef {{ id: number, text: string, kind: 'good' | 'bad', action?: { label: string, run: () => void } }} Toast */
/** @typedef {ReturnType<typeof createToasts>} Toasts */

const shownFor = 6_000;
/** More would hide the page. */
const most = 4;

/** Short messages at the edge of the page; errors stay until they are closed. */
export function createToasts() {
  /** @type {Store<readonly Toast[]>} */
  const list = createStore(/** @type {readonly Toast[]} */ ([]));
  let last = 0;
  /** @param {number} id */
  const close = (id) => list.set(list.get().filter((toast) => toast.id !== id));
  /** @param {Omit<Toast, 'id'>} toast */
  const add = (toast) => {
    last += 1;
    const id = last;
    list.set([...list.get(), { ...toast, id }].slice(-most));
    if (toast.kind === 'good') setTimeout(() => close(id), shownFor);
    return id;
  };
  return {
    list,
    close,
    /** @param {string} text @param {Toast['action']} [action] */
    tell: (text, action) => add({ text, kind: 'good', action }),
    /** @param {unknown} error */
    fail: (error) => add({ text: error instanceof Error ? error.message : texts.failed, kind: 'bad' }),
  };
}

/** @param {{ toasts: Toasts, toast: Toast }} props */
function ToastLine({ toasts, toast }) {
  const { id, text, kind, action } = toast;
  const run = () => {
    close();
    action?.run();
  };
  const close = () => toasts.close(id);
  return h(
    'li',
    { class: `toast ${kind}` },
    h('span', null, text),
    action && h('button', { type: 'button', class: 'plain', onClick: run }, action.label),
    h('button', { type: 'button', class: 'plain', 'aria-label': texts.close, onClick: close }, '×'),
  );
}

/** @param {{ toasts: Toasts }} props */
export function ToastList({ toasts }) {
  const list = useStore(toasts.list);
  const lines = list.map((toast) => h(ToastLine, { key: toast.id, toasts, toast }));
  return h('div', { role: 'status' }, list.length > 0 && h('ul', { class: 'toasts' }, lines));
}
