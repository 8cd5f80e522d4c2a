import type { Trx } from '../database.ts';
import { namedAgent } from './agent.ts';
import { addClick, counterRows, hourRows, type Sums, shareRows } from './rollup.ts';
import { addToCounters, addToHours, addToShares, shareRollups } from './store.ts';
import { unknownVisitor } from './visitor.ts';

/** A click that another service, or this one at another time, wrote as an event. */
type PastClick = { urlId: number; at: number; details: Readonly<Record<string, unknown>> };

const longestHost = 253;
const slot = 0;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * Adds clicks whose events were imported in this transaction to the counters and rollups. Who they were is not known
 * any more, so that they are in no day's unique visitors.
 */
export async function countPastClicks(trx: Trx, clicks: readonly PastClick[]): Promise<void> {
  if (clicks.length === 0) return;
  await shareRollups(trx);
  const sums: Sums = new Map();
  for (const { urlId, at, details } of clicks) {
    const referrer = textOf(details['referrer']).slice(0, longestHost);
    addClick(sums, { urlId, at, visitor: unknownVisitor, referrer, agent: namedAgent(details) });
  }
  await addToCounters(trx, slot, counterRows(sums));
  await addToHours(trx, hourRows(sums));
  const shares = shareRows(sums);
  if (shares.length > 0) await addToShares(trx, shares);
}
