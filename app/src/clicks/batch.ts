import type { BatchIds } from './batch-id.ts';
import { createReader, createWriter, type Reader, type Writer } from './bytes.ts';
import type { Batch, RecordedClick } from './click.ts';
import { dashed, readRequestId, writeRequestId } from './request-id.ts';

/**
 * Version of the bytes below, also part of the stream's name: a release reads the streams whose version it knows, and
 * leaves the others to replicas that know them.
 */
export const batchVersion = 1;

const visitorBytes = 8;

/** Texts of a batch, each written once: first come, first numbered. */
function writeTexts(bytes: Writer, clicks: readonly RecordedClick[]): Map<string, number> {
  const texts = new Map<string, number>();
  for (const { userAgent, referrer } of clicks) {
    if (!texts.has(userAgent)) texts.set(userAgent, texts.size);
    if (!texts.has(referrer)) texts.set(referrer, texts.size);
  }
  bytes.varint(texts.size);
  for (const text of texts.keys()) bytes.text(text);
  return texts;
}

/** What batches are written into, one after the other. */
export const batchWriter = (): Writer => createWriter(16_384);

/**
 * Puts clicks into one batch with an id of its own: version, id, texts, time of the first click, then about 30 bytes a
 * click. The id goes along with the bytes, so that it is the same on whichever way and however often they arrive.
 */
export function encodeBatch(clicks: readonly RecordedClick[], ids: BatchIds, bytes: Writer = batchWriter()): Batch {
  const id = ids.next(clicks.length);
  const start = clicks[0]?.at ?? 0;
  bytes.varint(batchVersion);
  bytes.hex(id.replaceAll('-', ''));
  const texts = writeTexts(bytes, clicks);
  bytes.varint(start);
  bytes.varint(clicks.length);
  for (const click of clicks) {
    bytes.varint(click.urlId);
    bytes.signed(click.at - start);
    bytes.latin1(click.visitor);
    bytes.varint(texts.get(click.userAgent) ?? 0);
    bytes.varint(texts.get(click.referrer) ?? 0);
    writeRequestId(bytes, click);
  }
  return { id, clicks: clicks.length, payload: bytes.take() };
}

function readText(texts: readonly string[], number: number): string {
  const text = texts[number];
  if (text === undefined) throw new RangeError(`the batch has no text ${number}`);
  return text;
}

function readClick(bytes: Reader, texts: readonly string[], start: number): RecordedClick {
  return {
    urlId: bytes.varint(),
    at: start + bytes.signed(),
    visitor: bytes.latin1(visitorBytes),
    userAgent: readText(texts, bytes.varint()),
    referrer: readText(texts, bytes.varint()),
    ...readRequestId(bytes),
  };
}

/** The id of what encodeBatch wrote, without the rest; undefined where the bytes are no such batch. */
export function readBatchId(payload: Buffer): string | undefined {
  if (payload[0] !== batchVersion || payload.length < 17) return undefined;
  return dashed(payload.toString('hex', 1, 17));
}

/** Reads what encodeBatch wrote. Throws a RangeError for bytes that are no such batch. */
export function decodeBatch(payload: Buffer): { id: string; clicks: RecordedClick[] } {
  const bytes = createReader(payload);
  const version = bytes.varint();
  if (version !== batchVersion) throw new RangeError(`batches of version ${version} are not known here`);
  const id = dashed(bytes.hex(16));
  const texts = Array.from({ length: within(bytes.varint(), payload) }, () => bytes.text());
  const start = bytes.varint();
  const clicks = Array.from({ length: within(bytes.varint(), payload) }, () => readClick(bytes, texts, start));
  if (!bytes.ended()) throw new RangeError('the batch is followed by something else');
  return { id, clicks };
}

/** Nothing is shorter than a byte: a count above the size is a lie that would cost memory. */
function within(count: number, payload: Buffer): number {
  if (count > payload.length) throw new RangeError(`the batch is too short for ${count} items`);
  return count;
}
