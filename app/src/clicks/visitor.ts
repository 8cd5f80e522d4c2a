import { hash } from 'node:crypto';

/** Of a visitor whose day had no salt yet: such clicks count, but not as anyone's. */
export const unknownVisitor = '\0'.repeat(8);

/** The day in UTC of a moment in milliseconds, as YYYY-MM-DD. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/**
 * Tells visitors of one day apart and says nothing else about them: the first eight bytes, as latin1, of a SHA-256 over
 * the day's secret salt, the address and the browser. Another day has another salt, so nobody can be followed over days.
 */
export const visitorOf = (salt: string, address: string, userAgent: string): string =>
  hash('sha256', `${salt}\n${address}\n${userAgent}`, 'latin1').slice(0, 8);
