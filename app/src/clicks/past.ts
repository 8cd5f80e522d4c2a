import type { Trx } from '../database.ts';
import { namedAgent } from './agent.ts';
import { counterRows, hourRows, inOrder, shareRows } from './rollup.ts';
import { addToCounters, addToHours, addToShares, shareRollups } from './store.ts';
import { unknownVisitor } from './visitor.ts';

/** A click that another service, or this one at another time, wrote as an event. */
type PastClick = { urlId: number; at: number; details: Readonly<Record<string, unknown>> };

const longestHost = 253;
const slot = 0;

/** What Postgres makes of a value by `->>`, as the sums are compared with the history by that. */
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (value ?? undefined) === undefined ? '' : JSON.stringify(value);

/** Adds so many times each click to the counters and rollups; who they were is not known. */
async function addPast(trx: Trx, clicks: readonly PastClick[], times: 1 | -1): Promise<void> {
  if (clicks.length === 0) return;
  await shareRollups(trx);
  const seen = clicks.map(({ urlId, at, details }) => {
    const referrer = textOf(details['referrer']).slice(0, longestHost);
    return { urlId, at, visitor: unknownVisitor, referrer, agent: namedAgent(details) };
  });
  const ordered = inOrder(seen);
  const counted = <Row extends { clicks: number }>(row: Row): Row => ({ ...row, clicks: times * row.clicks });
  await addToCounters(trx, slot, counterRows(ordered).map(counted));
  await addToHours(
    trx,
    hourRows(ordered).map((row) => ({ ...counted(row), bots: times * row.bots })),
  );
  const shares = shareRows(ordered).map(counted);
  if (shares.length > 0) await addToShares(trx, shares);
}

/**
 * Adds clicks that came into the history as events in this transaction to the counters and rollups. They are in no
 * day's unique visitors.
 */
export const countPastClicks = (trx: Trx, clicks: readonly PastClick[]): Promise<void> => addPast(trx, clicks, 1);

/** Takes clicks whose events went from the history in this transaction out of them. The days' unique visitors stay. */
export const uncountPastClicks = (trx: Trx, clicks: readonly PastClick[]): Promise<void> => addPast(trx, clicks, -1);
