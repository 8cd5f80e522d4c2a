const locale = 'en';
const whole = new Intl.NumberFormat(locale);
const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

/** @param {number} value */
export const number = (value) => whole.format(value);
/** @param {number} value */
export const shortNumber = (value) => short.format(value);
/** @param {string} time */
export const momentOf = (time) => moment.format(new Date(time));
/** @param {string} time */
export const dayOf = (time) => day.format(new Date(time));

/** @type {readonly [Intl.RelativeTimeFormatUnit, number][]} */
const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/**
 * How long ago, roughly: "5 minutes ago".
 * @param {string} time
 * @param {number} now milliseconds
 */
export function agoOf(time, now) {
  const seconds = Math.round((new Date(time).getTime() - now) / 1_000);
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  if (unit === 'second' && Math.abs(seconds) < 5) return 'now';
  return relative.format(Math.trunc(seconds / size), unit);
}

/**
 * The change from before to now in percent: "+12 %"; undefined where there was nothing before.
 * @param {number} now
 * @param {number} before
 */
export function changeOf(now, before) {
  if (before === 0) return undefined;
  const percent = Math.round(((now - before) / before) * 100);
  return `${percent > 0 ? '+' : ''}${whole.format(percent)} %`;
}

/**
 * An address without what all have.
 * @param {string} address
 */
export const plainAddress = (address) => address.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '');
