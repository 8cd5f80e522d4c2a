import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { texts } from '../page/texts.js';

const shownFor = 1_500;

/**
 * Puts a text into the clipboard; false where the browser does not let us.
 * @param {string} text
 */
export async function copyText(text) {
  try {
    // Not there on a page that came over plain HTTP from another machine.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'off-page';
  document.body.append(field);
  const focused = document.activeElement;
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}

/**
 * @param {{ text: string, label?: string }} props
 */
export function CopyButton({ text, label = texts.copy }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), shownFor);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => setCopied(await copyText(text));
  return h(
    'button',
    { type: 'button', class: 'small', onClick: copy, 'aria-live': 'polite' },
    copied ? `✓ ${texts.copied}` : label,
  );
}
