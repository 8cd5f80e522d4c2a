import { AsyncResource } from 'node:async_hooks';
import { batchWriter, encodeBatch } from './batch.ts';
import type { BatchIds } from './batch-id.ts';
import type { Batch, Click, RecordClick, RecordedClick } from './click.ts';
import { referrerHost } from './referrer.ts';

type Deps = {
  ids: BatchIds;
  /** Eight bytes that stand for a visitor, see visitor.ts. */
  visitor: (at: number, address: string, userAgent: string) => string;
  /** What is kept of a User-Agent, see agent-texts.ts. */
  agentText: (userAgent: string) => string;
  /** Resolves when the batch is durable, or kept in memory, or dropped and counted. Never rejects. */
  deliver: (batch: Batch) => Promise<void>;
};

export type Recorder = {
  readonly record: RecordClick;
  /** Resolves when nothing is waiting to be delivered. */
  idle(): Promise<void>;
};

/** Bounds one append: about 40 kB. */
const mostPerBatch = 1_000;
/** Real browsers' names are shorter; what is longer is cut. */
const longestUserAgent = 400;

/**
 * Group commit: clicks that come in one turn of the event loop, or while the append before is on its way, leave in one
 * batch, and their answers wait for it. There is one append in flight at a time. Waiting two turns lets more clicks
 * into a batch than one does (measured: docs/performance.md).
 */
export function createRecorder({ ids, visitor, agentText, deliver }: Deps): Recorder {
  let clicks: Click[] = [];
  let waiting: (() => void)[] = [];
  const bytes = batchWriter();
  let busy = false;
  let idle = Promise.withResolvers<void>();

  const recorded = ({ urlId, at, requestId, repeated, address, userAgent, referrer }: Click): RecordedClick => {
    const agent = userAgent.slice(0, longestUserAgent).toWellFormed();
    const seen = {
      visitor: visitor(at, address, agent),
      userAgent: agentText(agent),
      referrer: referrerHost(referrer),
    };
    return { urlId, at, requestId, repeated, ...seen };
  };

  const flush = async (): Promise<void> => {
    const batch = encodeBatch(clicks.slice(0, mostPerBatch).map(recorded), ids, bytes);
    const durable = waiting.slice(0, mostPerBatch);
    clicks = clicks.slice(mostPerBatch);
    waiting = waiting.slice(mostPerBatch);
    await deliver(batch);
    for (const done of durable) done();
    if (clicks.length > 0) return scheduleNext();
    busy = false;
    idle.resolve();
    idle = Promise.withResolvers();
  };

  const schedule = () => void setImmediate(() => setImmediate(flush));
  // Nobody's: else each batch would be part of the trace of the request that began the first of them.
  const scheduleNext = AsyncResource.bind(schedule);

  return {
    record(click, durable) {
      clicks.push(click);
      waiting.push(durable);
      if (busy) return;
      busy = true;
      schedule();
    },
    idle: async () => {
      if (busy) await idle.promise;
    },
  };
}
