import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { agoOf, momentOf } from './format.js';

const betweenDrawings = 15_000;

/**
 * A moment, as how long ago it was; exactly when one points at it.
 * @param {{ time: string }} props
 */
export function Ago({ time }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), betweenDrawings);
    return () => clearInterval(timer);
  }, []);
  // What happened after the last drawing is not in the future.
  const latest = Math.max(now, Math.min(new Date(time).getTime(), Date.now()));
  return h('time', { dateTime: time, title: momentOf(time) }, agoOf(time, latest));
}
