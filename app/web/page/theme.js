import { h } from 'preact';
import { useState } from 'preact/hooks';
import { texts } from './texts.js';

const name = 'shortstack-theme';
const themes = /** @type {const} */ (['auto', 'light', 'dark']);

/** @typedef {typeof themes[number]} Theme */

/** @returns {Theme} */
function chosen() {
  try {
    return themes.find((theme) => theme === localStorage.getItem(name)) ?? 'auto';
  } catch {
    return 'auto';
  }
}

/** Shows the page in the colours that were chosen last; unless any were, in those of the system. */
export function applyTheme(theme = chosen()) {
  document.documentElement.dataset['theme'] = theme;
}

/** @param {Theme} theme */
function keep(theme) {
  applyTheme(theme);
  try {
    localStorage.setItem(name, theme);
  } catch {
    // A browser that keeps nothing: then it holds until the next reload.
  }
}

/** One button through the three: as the system, light, dark. */
export function ThemeButton() {
  const [theme, setTheme] = useState(chosen);
  const turn = () => {
    const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto';
    keep(next);
    setTheme(next);
  };
  const signs = { auto: '◐', light: '○', dark: '●' };
  const label = `${texts.theme.label}: ${texts.theme[theme]}`;
  return h(
    'button',
    { type: 'button', class: 'plain', title: label, 'aria-label': label, onClick: turn },
    signs[theme],
  );
}
