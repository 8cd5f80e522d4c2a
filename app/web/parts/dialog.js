/** @import { ComponentChildren } from 'preact' */
import { h } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { texts } from '../page/texts.js';

/**
 * A dialog over the page; Escape and the button close it, and the focus goes back to where it was.
 * @param {{ title: string, onClose: () => void, children?: ComponentChildren }} props
 */
export function Dialog({ title, onClose, children }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return h(
    'dialog',
    { ref: dialog, 'aria-label': title, onClose },
    h(
      'header',
      null,
      h('h2', null, title),
      h(
        'button',
        { type: 'button', class: 'plain', 'aria-label': texts.close, onClick: () => dialog.current?.close() },
        '×',
      ),
    ),
    children,
  );
}
