/** Months are made so many ahead: a service whose job fails for weeks still has one. */
export const monthsAhead = 2;

/** The first day of the month so many months from the one of `now`, as YYYY-MM-DD. */
export function firstOfMonth(now: Date, months: number): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1)).toISOString().slice(0, 10);
}
