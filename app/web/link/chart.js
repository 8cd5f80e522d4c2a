/** @import { Stats } from '../types.d.ts' */
import { h } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { texts } from '../page/texts.js';
import { number, shortNumber } from '../parts/format.js';

const height = 240;
const betweenTries = 2_000;

/**
 * The library, which comes with the first chart. A browser remembers that a module did not come: the next try has
 * another address.
 * @param {() => boolean} isOver
 * @returns {Promise<any>} undefined where nobody waits for it any more
 */
async function loadPlot(isOver) {
  for (let tries = 0; !isOver(); tries += 1) {
    try {
      return /** @type {any} */ (await (tries === 0 ? import('uplot') : import(`./plot.js?try=${tries}`))).uPlot;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, betweenTries));
    }
  }
}

/** Colours are those of the style sheet, which knows light and dark. @param {Element} element @param {string} name */
const colour = (element, name) => {
  const probe = document.createElement('i');
  probe.className = `ink-${name}`;
  element.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
};

/** @param {Element} element @param {boolean} compared */
function optionsOf(element, compared) {
  const axis = {
    stroke: colour(element, 'quiet'),
    grid: { stroke: colour(element, 'line'), width: 1 },
    ticks: { show: false },
  };
  const accent = colour(element, 'accent');
  const values = (/** @type {unknown} */ _, /** @type {number[]} */ splits) =>
    splits.map((value) => (Number.isInteger(value) ? shortNumber(value) : ''));
  const shown = (/** @type {unknown} */ _, /** @type {number | null} */ value) =>
    value === null ? '–' : number(value);
  return {
    width: element.clientWidth,
    height,
    tzDate: (/** @type {number} */ seconds) => utcDate(seconds),
    scales: {
      x: { time: true },
      y: {
        range: (/** @type {unknown} */ _, /** @type {number} */ __, /** @type {number} */ max) =>
          /** @type {[number, number]} */ ([0, Math.max(5, max * 1.1)]),
      },
    },
    axes: [axis, { ...axis, values, size: 48 }],
    series: [
      {},
      {
        label: texts.link.clicks,
        stroke: accent,
        width: 2,
        fill: colour(element, 'wash'),
        points: { show: false },
        value: shown,
      },
      {
        label: texts.link.before,
        show: compared,
        stroke: colour(element, 'quiet'),
        width: 1,
        dash: [4, 4],
        points: { show: false },
        value: shown,
      },
    ],
    cursor: { drag: { x: false, y: false } },
  };
}

/** The moment in UTC, as a date whose local fields say so: what the library draws labels from. @param {number} seconds */
function utcDate(seconds) {
  const date = new Date(seconds * 1_000);
  return new Date(date.getTime() + date.getTimezoneOffset() * 60_000);
}

/** @param {Stats} now @param {Stats | undefined} past */
const dataOf = (now, past) => [
  now.series.map(({ start }) => Date.parse(start) / 1_000),
  now.series.map(({ clicks }) => clicks),
  now.series.map((_, at) => past?.series[at]?.clicks ?? null),
];

/**
 * Clicks over time as a picture; the table beneath says the same.
 * @param {{ now: Stats, past: Stats | undefined }} props
 */
export function Chart({ now, past }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let over = false;
    let release = () => {};
    const draw = async () => {
      const uPlot = await loadPlot(() => over);
      if (over) return;
      release();
      const plot = new uPlot(optionsOf(element, past !== undefined), dataOf(now, past), element);
      release = () => plot.destroy();
    };
    void draw();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const resized = new ResizeObserver(() => void draw());
    const themed = new MutationObserver(() => void draw());
    resized.observe(element);
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    dark.addEventListener('change', draw);
    return () => {
      over = true;
      release();
      resized.disconnect();
      themed.disconnect();
      dark.removeEventListener('change', draw);
    };
  }, [now, past]);
  return h('div', { class: 'chart', ref: place, dir: 'ltr', role: 'img', 'aria-label': texts.link.chart });
}
