import { setImmediate as turn } from 'node:timers/promises';
import type { Trx } from '../database.ts';
import { createGenerations } from '../generations.ts';
import { createAgents } from './agent.ts';
import { decodeBatch } from './batch.ts';
import type { RecordedClick } from './click.ts';
import { createDetails } from './details.ts';
import type { Entry } from './entry.ts';
import { type FindInHistory, leaveOutRepeats } from './repeats.ts';
import { counterRows, hourRows, inOrder, type SeenClick, shareRows, visitorRows } from './rollup.ts';
import {
  addToCounters,
  addToHours,
  addToShares,
  claimBatches,
  holdRepeats,
  setAside,
  shareRepeats,
  shareRollups,
} from './store.ts';
import { createVisitors } from './visitors.ts';

type ClickEvent = { urlId: number; at: number; details: string };

type Deps = {
  insertEvents: (trx: Trx, events: readonly ClickEvent[]) => Promise<void>;
  findEvents: FindInHistory;
  /** Which of a url's counters this replica adds to. */
  slot: number;
  /** Leaves the processor to redirects after so many milliseconds of work. */
  rest: (worked: number) => Promise<void>;
};

/** What a transaction did: clicks written, clicks left out as they are there already, and batches that were, or were set aside. */
export type Written = { clicks: number; repeats: number; duplicates: number; aside: number };

/** So many clicks are worked on before other work has its turn: half a millisecond here, and 1.5 in Postgres. */
const sliceSize = 250;
const agentsKept = 10_000;
const visitorsKept = 100_000;
/** Batches that are read before other work has its turn. */
const fewBatches = 20;

type Decoded = ReturnType<typeof decodeBatch>;
type Outcome = { kind: 'batch'; batch: Decoded } | { kind: 'unreadable'; reason: string; payload: Buffer };

function decode({ payload }: Entry): Outcome {
  try {
    return { kind: 'batch', batch: decodeBatch(payload) };
  } catch (error) {
    return { kind: 'unreadable', reason: String(error), payload };
  }
}

type Read = { batches: Map<string, RecordedClick[]>; unreadable: { reason: string; payload: Buffer }[] };

/** Reads batches, one of each id, and gives other work its turn in between. */
async function readAll(entries: readonly Entry[]): Promise<Read> {
  const read: Read = { batches: new Map(), unreadable: [] };
  for (const [n, entry] of entries.entries()) {
    const outcome = decode(entry);
    if (outcome.kind === 'batch') read.batches.set(outcome.batch.id, outcome.batch.clicks);
    else read.unreadable.push(outcome);
    if (n % fewBatches === fewBatches - 1) await turn();
  }
  return read;
}

/** Writing batches of clicks into the history: each once, all that belongs to it in the same transaction. */
export type History = { write(trx: Trx, source: string, entries: readonly Entry[]): Promise<Written> };

export function createHistory({ insertEvents, findEvents, slot, rest }: Deps): History {
  const agentOf = createAgents(agentsKept);
  const detailsOf = createDetails();
  const addToVisitors = createVisitors(createGenerations(visitorsKept));

  const writeSlice = async (trx: Trx, clicks: readonly RecordedClick[], seen: SeenClick[]): Promise<void> => {
    const events = clicks.map(({ urlId, at, requestId, visitor, userAgent, referrer }) => {
      const agent = agentOf(userAgent);
      seen.push({ urlId, at, visitor, referrer, agent });
      return { urlId, at, details: detailsOf(requestId, referrer, agent) };
    });
    await insertEvents(trx, events);
  };

  const writeClicks = async (trx: Trx, clicks: readonly RecordedClick[]): Promise<void> => {
    const seen: SeenClick[] = [];
    for (let at = 0; at < clicks.length; at += sliceSize) {
      const start = performance.now();
      await writeSlice(trx, clicks.slice(at, at + sliceSize), seen);
      await rest(performance.now() - start);
    }
    const ordered = inOrder(seen);
    await addToCounters(trx, slot, counterRows(ordered));
    await addToHours(trx, hourRows(ordered));
    const shares = shareRows(ordered);
    if (shares.length === 0) return;
    await addToShares(trx, shares);
    await addToVisitors(trx, visitorRows(ordered));
  };

  return {
    async write(trx, source, entries) {
      const { batches, unreadable } = await readAll(entries);
      await shareRollups(trx);
      const anyRepeated = [...batches.values()].some((clicks) => clicks.some(({ repeated }) => repeated));
      await (anyRepeated ? holdRepeats(trx) : shareRepeats(trx));
      for (const { reason, payload } of unreadable) await setAside(trx, source, reason, payload);
      const fresh = await claimBatches(trx, [...batches.keys()]);
      const all = [...batches].flatMap(([id, some]) => (fresh.has(id) ? some : []));
      const clicks = await leaveOutRepeats(trx, all, findEvents);
      if (clicks.length > 0) await writeClicks(trx, clicks);
      const aside = unreadable.length;
      const repeats = all.length - clicks.length;
      return { clicks: clicks.length, repeats, duplicates: entries.length - aside - fresh.size, aside };
    },
  };
}
