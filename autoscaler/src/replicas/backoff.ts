/** Two in a row may be chance; from the third on, each failure doubles the wait. */
const free = 2;
const longest = 60_000;
const remembered = 300_000;

/** The failures of new replicas that still count. */
export const recentFailures = (failures: readonly number[], now: number): number[] =>
  failures.filter((at) => at > now - remembered).slice(-16);

/** Whether a new replica may be made: exponential back-off over failures of replicas that never lived long, capped at a minute. */
export function mayCreate(failures: readonly number[], now: number): boolean {
  const recent = recentFailures(failures, now);
  const last = recent.at(-1);
  if (last === undefined || recent.length <= free) return true;
  return now - last >= Math.min(longest, 1_000 * 2 ** (recent.length - free));
}
