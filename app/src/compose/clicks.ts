import { createAgentTexts } from '../clicks/agent-texts.ts';
import { type Backlog, createBacklog } from '../clicks/backlog.ts';
import { createBatchIds } from '../clicks/batch-id.ts';
import type { RecordClick } from '../clicks/click.ts';
import { createDelivery, type Way } from '../clicks/delivery.ts';
import { appendToInbox, pingPostgres } from '../clicks/inbox.ts';
import { appendToStream } from '../clicks/queue.ts';
import { createRecorder } from '../clicks/recorder.ts';
import { clickRoutes } from '../clicks/routes.ts';
import { createSalts } from '../clicks/salts.ts';
import type { Route } from '../http/route.ts';
import type { Core } from './core.ts';
import { composeIngestion, type Ingestion } from './ingestion.ts';
import { runLoop } from './loop.ts';
import { sender } from './queue.ts';

export type Clicks = { readonly recordClick: RecordClick; readonly routes: readonly Route[] };

const betweenSaltReads = 600_000;
const betweenLessons = 100;
/** User-Agents that are written short. */
const agentsKept = 10_000;
/** Of the queue's capacity: from here on clicks go to Postgres, so that a redirect slows down rather than loses. */
const fullFrom = 0.9;

function waysOf({ queue, db, breakers }: Core, filled: () => number): Way[] {
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
    append: (batches) => breakers.queue.run(() => appendToStream(send, batches)),
    probe: () => send(['PING']),
    full: () => filled() >= fullFrom,
  };
  return [stream, postgres];
}

/** The days' salts, read before the first click and again long before the day is over. */
async function composeVisitor({ db, log }: Core, stack: AsyncDisposableStack) {
  const salts = createSalts(db);
  const refresh = () => salts.refresh(Date.now());
  const onError = (error: unknown) => log.warn('the salts of visitor hashes cannot be read', { error });
  await refresh().catch(onError);
  runLoop(stack, refresh, { interval: betweenSaltReads, onError });
  return salts.visitor;
}

function composeAgentText(stack: AsyncDisposableStack) {
  const texts = createAgentTexts(agentsKept);
  const learn = async () => texts.learn();
  runLoop(stack, learn, { interval: betweenLessons, onError: () => {} });
  return texts.textOf;
}

function composeDelivery(core: Core, stack: AsyncDisposableStack, backlog: Backlog, ingestion: Ingestion) {
  const { log } = core;
  const { appended, dropped } = core.metrics.clicks;
  const ending = stack.adopt(new AbortController(), (controller) => controller.abort());
  return createDelivery({
    ways: waysOf(core, ingestion.filled),
    backlog,
    signal: ending.signal,
    appended(way, clicks) {
      appended.inc({ way }, clicks);
      ingestion.recorded(clicks);
    },
    dropped: (clicks) => dropped.inc(clicks),
    changed: (way, state, error) => log.warn('clicks change their way', { way, state, error }),
  });
}

/** Everything about clicks: recording them before the redirect is answered, and what is made of them. */
export async function composeClicks(core: Core, stack: AsyncDisposableStack): Promise<Clicks> {
  const { log, config } = core;
  const visitor = await composeVisitor(core, stack);
  const backlog = createBacklog(config.clickBuffer);
  const ingestion = composeIngestion(core, stack, backlog);
  const delivery = composeDelivery(core, stack, backlog, ingestion);
  const ids = createBatchIds();
  core.metrics.clicks.maker.set({ maker: ids.maker }, 1);
  const recorder = createRecorder({ ids, visitor, agentText: composeAgentText(stack), deliver: delivery.deliver });
  stack.defer(async () => {
    await recorder.idle();
    const lost = await delivery.settle();
    if (lost > 0) log.error('clicks are lost: neither queue nor Postgres took them', { lost });
  });
  return { recordClick: recorder.record, routes: clickRoutes(core) };
}
