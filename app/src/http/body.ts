import type { IncomingMessage } from 'node:http';
import type { Context } from './context.ts';
import { createPatience, OutOfPatience } from './patience.ts';
import { AppError } from './problem.ts';

/** How large a body may be, and how many milliseconds in all we wait for it; what we take ourselves is not counted. */
export type BodyLimits = { bytes: number; wait: number };

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
 * 408, one cut off in 400.
 */
export async function* limited(request: IncomingMessage, { bytes, wait }: BodyLimits): AsyncGenerator<Buffer> {
  // The connection stays whole, for the answer goes out on it.
  const chunks = request.iterator({ destroyOnReturn: false });
  let seen = 0;
  const patiently = createPatience(wait);
  try {
    for (;;) {
      const next: IteratorResult<Buffer, undefined> = await patiently(chunks.next());
      if (next.done) return;
      seen += next.value.length;
      if (seen > bytes) throw tooLarge(bytes);
      yield next.value;
    }
  } catch (cause) {
    throw broken(cause);
  } finally {
    // What nobody wants to read is thrown away: a client that still sends it would not look for the answer. Not waited
    // for, as what was asked of a slow client last is still to come.
    chunks.return?.().catch(() => {});
    request.resume();
  }
}

/** Reads a JSON object or array within the limits; anything else is 400, 408, 413 or 415. */
export async function readJson(ctx: Context, limits: BodyLimits): Promise<unknown> {
  if (!ctx.request.is('json', '+json')) throw new AppError('unsupported_type', 'Send JSON as application/json');
  refuseEncoded(ctx);
  refuseLong(ctx, limits.bytes);
  const chunks = await Array.fromAsync(limited(ctx.req, limits));
  try {
    return JSON.parse(utf8.decode(Buffer.concat(chunks)));
  } catch (cause) {
    throw new AppError('malformed', 'The body is not JSON in UTF-8', { cause });
  }
}
