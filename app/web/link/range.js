/** @typedef {'day' | 'week' | 'month' | 'quarter' | 'own'} RangeName */
/** @typedef {{ range: RangeName, from: string, to: string, interval: 'hour' | 'day', compare: boolean }} Choice */
/** @typedef {{ from: Date, to: Date, interval: 'hour' | 'day' }} Span */

const hour = 3_600_000;
const day = 24 * hour;
const lengths = { day: day, week: 7 * day, month: 30 * day, quarter: 90 * day };
/** By the hour the service answers at most so many days. */
const mostByHour = 31 * day;

/** @param {number} time @param {number} unit */
const floorTo = (time, unit) => Math.floor(time / unit) * unit;

/**
 * What is chosen, from the page's address.
 * @param {URLSearchParams} query
 * @returns {Choice}
 */
export function choiceOf(query) {
  const named = /** @type {RangeName[]} */ (['day', 'week', 'month', 'quarter', 'own']);
  const range = named.find((name) => name === query.get('range')) ?? 'month';
  const interval = query.get('by') === 'hour' ? 'hour' : query.get('by') === 'day' ? 'day' : usualInterval(range);
  return {
    range,
    from: query.get('from') ?? '',
    to: query.get('to') ?? '',
    interval,
    compare: query.get('compare') !== 'no',
  };
}

/** @param {RangeName} range */
const usualInterval = (range) => (range === 'day' ? 'hour' : 'day');

/**
 * Whole hours or days, the current one among them, as the service counts them in UTC.
 * @param {Choice} choice
 * @param {number} now
 * @returns {Span}
 */
export function spanOf({ range, from, to, interval }, now) {
  const unit = interval === 'hour' ? hour : day;
  if (range !== 'own') {
    const end = floorTo(now, unit) + unit;
    const start = end - lengths[range];
    return limited({ from: new Date(start), to: new Date(end), interval });
  }
  const end = floorTo(Date.parse(to) || now, day) + day;
  const start = Math.min(floorTo(Date.parse(from) || end - lengths.month, day), end - day);
  return limited({ from: new Date(start), to: new Date(end), interval });
}

/** @param {Span} span @returns {Span} */
function limited(span) {
  const tooLong = span.to.getTime() - span.from.getTime() > mostByHour;
  return tooLong ? { ...span, interval: 'day' } : span;
}

/** The period as long, right before. @param {Span} span @returns {Span} */
export const before = ({ from, to, interval }) => ({
  from: new Date(2 * from.getTime() - to.getTime()),
  to: from,
  interval,
});

/** @param {number} id @param {Span} span */
export const statsPath = (id, { from, to, interval }) =>
  `/urls/${id}/stats?${new URLSearchParams({ from: from.toISOString(), to: new Date(to.getTime() - 1).toISOString(), interval })}`;
