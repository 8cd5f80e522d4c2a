import { randomInt } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backlog } from '../clicks/backlog.ts';
import { createConsumer, forgetConsumers } from '../clicks/consumer.ts';
import { createHistory, type Written } from '../clicks/history.ts';
import { measureInbox } from '../clicks/inbox.ts';
import { createIngest, type Source } from '../clicks/ingest.ts';
import { createLoadGauge } from '../clicks/load.ts';
import { type Load, restAfter } from '../clicks/pace.ts';
import { measureStream, type Send, type Sizes } from '../clicks/queue.ts';
import { startSchedule } from '../clicks/schedule.ts';
import { inboxSource, streamSource } from '../clicks/sources.ts';
import { isDataError, setAside } from '../clicks/store.ts';
import { timeOf } from '../clicks/uuid.ts';
import { findClickEvents, insertClickEvents } from '../events/click-events.ts';
import { createRedis } from '../platform/redis.ts';
import { createTransact } from '../platform/transact.ts';
import { within } from '../platform/within.ts';
import type { Core } from './core.ts';
import { composeJobs } from './jobs.ts';
import { runLoop } from './loop.ts';
import { sender } from './queue.ts';

export type Ingestion = {
  /** So many clicks wait now that did not before. */
  recorded(clicks: number): void;
  /** Share of the queue's capacity that is used. */
  filled(): number;
};

const patience = 5_000;
const betweenMeasurements = 1_000;
const betweenClearings = 600_000;
const lastRound = 2_000;
const slots = 4;

/** A connection of its own, so that no append waits behind a long answer. */
function connect({ config, log }: Core, stack: AsyncDisposableStack): Send | undefined {
  const { queueUrl: url } = config;
  if (!url) return undefined;
  const onError = (error: Error) => log.debug('store connection error', { dependency: 'queue', error });
  return sender(stack.use(createRedis({ url, name: 'shortstack-ingest', timeout: patience, onError })));
}

function composeConsumer({ log }: Core, stack: AsyncDisposableStack, send: Send) {
  const consumer = createConsumer(send, `${hostname()}-${process.pid}-${randomInt(2 ** 32).toString(36)}`);
  const onError = (error: unknown) => void log.debug('names of old consumers not removed', { error });
  stack.defer(() => consumer.leave().catch(onError));
  runLoop(stack, () => forgetConsumers(send), { interval: betweenClearings, onError });
  return consumer;
}

function composeIngest(
  { background, metrics, log }: Core,
  sources: readonly Source[],
  load: () => Load,
): () => Promise<number> {
  const rest = async (worked: number): Promise<void> => {
    const milliseconds = restAfter(load(), worked);
    if (milliseconds > 0) await sleep(milliseconds);
  };
  const history = createHistory({
    insertEvents: insertClickEvents,
    findEvents: findClickEvents,
    slot: randomInt(slots),
    rest,
  });
  const { ingested, repeats, duplicates, aside } = metrics.clicks;
  const wrote = (written: Written) => {
    ingested.inc(written.clicks);
    repeats.inc(written.repeats);
    duplicates.inc(written.duplicates);
    aside.inc(written.aside);
    if (written.aside > 0) log.error('batches of clicks cannot be read and are set aside', { batches: written.aside });
  };
  // Tried again before it is called wrong: a month may get its partition while its clicks are on their way.
  const transaction = createTransact(background);
  return createIngest({ sources, transaction, write: history.write, setAside, isDataError, wrote });
}

/** Keeps the figures of what waits, once a second; answers the share of the queue's capacity that is used. */
function composeMeasurements(core: Core, stack: AsyncDisposableStack, backlog: Backlog, send: Send | undefined) {
  const { log, background, config } = core;
  const { entries, bytes, capacity, inbox, oldest, buffered } = core.metrics.clicks;
  capacity.set(config.queueCapacity);
  let stream: Sizes = { entries: 0, bytes: 0, oldest: undefined };
  const measureQueue = async (): Promise<void> => {
    if (send) stream = await measureStream(send);
    entries.set(stream.entries);
    bytes.set(stream.bytes);
  };
  const measureRest = async (): Promise<void> => {
    buffered.set(backlog.clicks);
    const waiting = await measureInbox(background);
    inbox.set(waiting.batches);
    const now = Date.now();
    const times = [stream.oldest ?? now, waiting.oldestId === undefined ? now : timeOf(waiting.oldestId)];
    oldest.set(Math.max(0, now - Math.min(...times)) / 1_000);
  };
  const onError = (error: unknown) => log.debug('waiting clicks not measured', { error });
  const options = { interval: betweenMeasurements, onError };
  runLoop(stack, measureQueue, options);
  runLoop(stack, measureRest, options);
  return () => stream.bytes / config.queueCapacity;
}

function composeLoad(stack: AsyncDisposableStack) {
  const gauge = createLoadGauge();
  let load: Load = 'idle';
  const sample = async () => {
    load = gauge.read();
  };
  runLoop(stack, sample, { interval: betweenMeasurements, onError: () => {} });
  return { count: gauge.count, load: () => load };
}

/** What turns recorded clicks into history, sums and counts, in every replica. */
export function composeIngestion(core: Core, stack: AsyncDisposableStack, backlog: Backlog): Ingestion {
  const { log, background } = core;
  const send = connect(core, stack);
  const consumer = send && composeConsumer(core, stack, send);
  const sources = [...(consumer ? [streamSource(consumer)] : []), inboxSource(background)];
  const { count, load } = composeLoad(stack);
  const ingest = composeIngest(core, sources, load);
  composeJobs(core, stack, send);
  const filled = composeMeasurements(core, stack, backlog, send);
  const failed = (error: unknown) => void log.warn('clicks wait: they cannot be written to the history', { error });
  // What is recorded while the process ends is in the history at once, where the stores allow it.
  stack.defer(() => within(ingest(), lastRound).then(() => {}, failed));
  const takeOver = async () => consumer?.takeOver();
  const schedule = stack.use(startSchedule({ ingest, takeOver, load, filled, failed }));
  const recorded = (clicks: number): void => {
    count(clicks);
    schedule.wake();
  };
  return { recorded, filled };
}
