import { RESP_TYPES } from 'redis';
import { createBacklog } from '../clicks/backlog.ts';
import type { RecordClick } from '../clicks/click.ts';
import { createDelivery, type Way } from '../clicks/delivery.ts';
import { appendToInbox, pingPostgres } from '../clicks/inbox.ts';
import { appendToStream, type Send } from '../clicks/queue.ts';
import { createRecorder } from '../clicks/recorder.ts';
import { createSalts } from '../clicks/salts.ts';
import type { Route } from '../http/route.ts';
import type { RedisClient } from '../platform/redis.ts';
import { within } from '../platform/within.ts';
import type { Core } from './core.ts';
import { runLoop } from './loop.ts';

export type Clicks = { readonly recordClick: RecordClick; readonly routes: readonly Route[] };

const typeMapping = { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.MAP]: Array } as const;

/** No time-out of the client's own: it would cost a timer a command, and ends when the command is written. */
const sender =
  (client: RedisClient): Send =>
  (args) =>
    client.sendCommand(args as (string | Buffer)[], { timeout: 0, typeMapping });

function waysOf({ queue, db, breakers, config }: Core): Way[] {
  const postgres: Way = {
    name: 'postgres',
    append: (batches) => appendToInbox(db, batches),
    probe: () => pingPostgres(db),
    full: () => false,
  };
  if (!queue) return [postgres];
  const send = sender(queue);
  const stream: Way = {
    name: 'queue',
    append: (batches) => breakers.queue.run(() => within(appendToStream(send, batches), config.storeTimeout, 'queue')),
    // Without a time-out: while the store is paused there is one question on its way, not one each time we ask.
    probe: () => send(['PING']),
    full: () => false,
  };
  return [stream, postgres];
}

/** Everything about clicks: recording them before the redirect is answered, and what is made of them. */
export async function composeClicks(core: Core, stack: AsyncDisposableStack): Promise<Clicks> {
  const { log, db, config, metrics } = core;
  const ending = stack.adopt(new AbortController(), (controller) => controller.abort());
  const { signal } = ending;
  const salts = createSalts(db);
  const refresh = () => salts.refresh(Date.now());
  const warn = (error: unknown) => log.warn('the salts of visitor hashes cannot be read', { error });
  await refresh().catch(warn);
  runLoop(stack, refresh, { interval: 600_000, onError: warn });
  const backlog = createBacklog(config.clickBuffer);
  const delivery = createDelivery({
    ways: waysOf(core),
    backlog,
    signal,
    appended: (way, clicks) => metrics.clicks.appended.inc({ way }, clicks),
    dropped: (clicks) => metrics.clicks.dropped.inc(clicks),
    changed: (way, state, error) => log.warn('clicks change their way', { way, state, error }),
  });
  const recorder = createRecorder({ visitor: salts.visitor, deliver: delivery.deliver });
  stack.defer(async () => {
    await recorder.idle();
    const lost = await delivery.settle();
    if (lost > 0) log.error('clicks are lost: neither queue nor Postgres took them', { lost });
  });
  return { recordClick: recorder.record, routes: [] };
}
