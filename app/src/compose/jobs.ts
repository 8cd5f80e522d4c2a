import { measureStream, type Send } from '../clicks/queue.ts';
import { forgetRepeats } from '../clicks/repeats.ts';
import { destroySalts } from '../clicks/salts.ts';
import { forgetBatches } from '../clicks/store.ts';
import { dayOf } from '../clicks/visitor.ts';
import { forgetVisitors } from '../clicks/visitors.ts';
import type { Trx } from '../database.ts';
import { dropPartitions, makePartitions } from '../events/partitions.ts';
import { asOnlyOne } from '../platform/job-lock.ts';
import type { Core } from './core.ts';
import { runLoop } from './loop.ts';

const interval = 600_000;
const dayLength = 86_400_000;

/**
 * The moment before which no batch can come again: a day before the oldest that waits in the queue, and never while the
 * queue has not answered all along, as it may hold anything then.
 */
function createHorizon(send: Send | undefined): () => Promise<number | undefined> {
  let answeredBefore = send === undefined;
  return async () => {
    if (!send) return Date.now() - dayLength;
    const oldest = await measureStream(send).then(
      (sizes) => sizes.oldest ?? Date.now(),
      () => undefined,
    );
    const horizon = answeredBefore && oldest !== undefined ? oldest - dayLength : undefined;
    answeredBefore = oldest !== undefined;
    return horizon;
  };
}

/** What has to be done now and then, by one replica: room for the next months, and forgetting what is too old. */
export function composeJobs({ background, config, log }: Core, stack: AsyncDisposableStack, send: Send | undefined) {
  const horizon = createHorizon(send);
  const job = (name: string, work: (trx: Trx) => Promise<void>): void => {
    const onError = (error: unknown) => log.warn('a job failed and will be tried again', { job: name, error });
    runLoop(stack, () => asOnlyOne(background, name, work), { interval, onError });
  };
  job('partitions', (trx) => makePartitions(trx, new Date()));
  job('retention', (trx) => dropPartitions(trx, new Date(), config.eventRetention));
  job('salts', (trx) => destroySalts(trx, Date.now()));
  job('visitors', (trx) => forgetVisitors(trx, dayOf(Date.now() - 3 * dayLength)));
  job('batches', async (trx) => {
    const before = await horizon();
    if (before === undefined) return;
    await forgetBatches(trx, before);
    await forgetRepeats(trx, before);
  });
}
