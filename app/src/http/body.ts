import type { BodyRoom } from './body-room.ts';
import type { Context } from './context.ts';
import { createPatience, OutOfPatience } from './patience.ts';
import { AppError } from './problem.ts';

export type BodyLimits = {
  /** How large a body may be, and how many of its bytes are held at a time. */
  bytes: number;
  held: number;
  /** How many milliseconds in all we wait for it; what we take ourselves is not counted. */
  wait: number;
  room: BodyRoom;
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Compressed bodies are refused, so that a small one cannot grow in memory. */
export function refuseEncoded(ctx: Context): void {
  const encoding = ctx.get('Content-Encoding').toLowerCase();
  if (encoding && encoding !== 'identity') throw new AppError('unsupported_type', 'Compressed bodies are not accepted');
}

// What was not read of a body would be read as the next request.
const headers = { Connection: 'close' };
const tooLarge = (limit: number): AppError =>
  new AppError('too_large', `The body is larger than ${limit} bytes`, { headers });
const tooSlow = (cause: unknown): AppError =>
  new AppError('request_timeout', 'The body took too long to arrive', { headers, cause });

/** Refuses a body that says itself that it is larger than `limit` bytes. */
export function refuseLong(ctx: Context, limit: number): void {
  if ((ctx.request.length ?? 0) > limit) throw tooLarge(limit);
}

function broken(cause: unknown): unknown {
  if (cause instanceof AppError) return cause;
  return cause instanceof OutOfPatience
    ? tooSlow(cause)
    : new AppError('malformed', 'The body ended before its end', { cause });
}

/**
 * Yields the body's chunks. More than `bytes` end in 413 and nothing more is read, one that is waited for too long in
 * 408, one cut off in 400, one for which there is no room in 503. What is held of it counts until the answer is out.
 */
export async function* limited(ctx: Context, { bytes, held, wait, room }: BodyLimits): AsyncGenerator<Buffer> {
  const place = room.enter(held);
  ctx.res.once('close', place.leave);
  // The connection stays whole, for the answer goes out on it.
  const chunks = ctx.req.iterator({ destroyOnReturn: false });
  let seen = 0;
  const patiently = createPatience(wait);
  try {
    for (;;) {
      const next: IteratorResult<Buffer, undefined> = await patiently(chunks.next());
      if (next.done) return;
      seen += next.value.length;
      if (seen > bytes) throw tooLarge(bytes);
      place.take(next.value.length);
      yield next.value;
    }
  } catch (cause) {
    throw broken(cause);
  } finally {
    // What nobody wants to read is thrown away: a client that still sends it would not look for the answer. Not waited
    // for, as what was asked of a slow client last is still to come.
    chunks.return?.().catch(() => {});
    ctx.req.resume();
  }
}

/** Joins chunks as they come: kept apart, each costs a hundred bytes, and a client may send them one byte long. */
async function joined(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  let whole: Buffer = Buffer.alloc(0);
  let length = 0;
  for await (const chunk of chunks) {
    if (length === 0) whole = chunk;
    else {
      if (length + chunk.length > whole.length) {
        const larger = Buffer.allocUnsafeSlow(Math.ceil(1.5 * (length + chunk.length)));
        whole.copy(larger, 0, 0, length);
        whole = larger;
      }
      chunk.copy(whole, length);
    }
    length += chunk.length;
  }
  return whole.subarray(0, length);
}

/** Reads a JSON object or array within the limits; anything else is 400, 408, 413, 415 or 503. */
export async function readJson(ctx: Context, limits: BodyLimits): Promise<unknown> {
  if (!ctx.request.is('json', '+json')) throw new AppError('unsupported_type', 'Send JSON as application/json');
  refuseEncoded(ctx);
  refuseLong(ctx, limits.bytes);
  const bytes = await joined(limited(ctx, limits));
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    throw new AppError('malformed', 'The body is not JSON in UTF-8', { cause });
  }
}
