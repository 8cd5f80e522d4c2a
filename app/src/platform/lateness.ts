/** Milliseconds between two looks, and how long a period of looks lasts at least. */
const between = 10;
const period = 100;
const fewest = 3;

/**
 * Tells, period by period, the least milliseconds by which the event loop was late. The least, as CoDel takes that of a
 * queue's delays (Nichols and Jacobson, Controlling Queue Delay, 2012): a burst or a pause passes, and one look finds the
 * loop on time; a queue that stands is there at every look.
 */
export function watchLateness(tell: (least: number) => void): Disposable {
  let begun = performance.now();
  let last = begun;
  let looks = 0;
  let least = Number.POSITIVE_INFINITY;
  const look = (): void => {
    const now = performance.now();
    least = Math.min(least, Math.max(0, now - last - between));
    last = now;
    looks += 1;
    if (looks < fewest || now - begun < period) return;
    tell(least);
    begun = now;
    looks = 0;
    least = Number.POSITIVE_INFINITY;
  };
  const timer = setInterval(look, between).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
