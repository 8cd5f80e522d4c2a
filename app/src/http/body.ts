import type { IncomingMessage } from 'node:http';
import type { Context } from './context.ts';
import { AppError } from './problem.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Compressed bodies are refused, so that a small one cannot grow in memory. */
export function refuseEncoded(ctx: Context): void {
  const encoding = ctx.get('Content-Encoding').toLowerCase();
  if (encoding && encoding !== 'identity') throw new AppError('unsupported_type', 'Compressed bodies are not accepted');
}

// What was not read of a body would be read as the next request.
const tooLarge = (limit: number): AppError =>
  new AppError('too_large', `The body is larger than ${limit} bytes`, { headers: { Connection: 'close' } });

/** Refuses a body that says itself that it is larger than `limit` bytes. */
export function refuseLong(ctx: Context, limit: number): void {
  if ((ctx.request.length ?? 0) > limit) throw tooLarge(limit);
}

/** Yields the body's chunks; more than `limit` bytes end in 413 and nothing more is read, one cut off in 400. */
export async function* limited(request: IncomingMessage, limit: number): AsyncGenerator<Buffer> {
  let seen = 0;
  try {
    // The connection stays whole, for the answer goes out on it.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      seen += chunk.length;
      if (seen > limit) throw tooLarge(limit);
      yield chunk;
    }
  } catch (cause) {
    throw cause instanceof AppError ? cause : new AppError('malformed', 'The body ended before its end', { cause });
  } finally {
    // What nobody wants to read is thrown away: a client that still sends it would not look for the answer.
    request.resume();
  }
}

/** Reads a JSON object or array of at most `limit` bytes; anything else is 400, 413 or 415. */
export async function readJson(ctx: Context, limit: number): Promise<unknown> {
  if (!ctx.request.is('json', '+json')) throw new AppError('unsupported_type', 'Send JSON as application/json');
  refuseEncoded(ctx);
  refuseLong(ctx, limit);
  const chunks = await Array.fromAsync(limited(ctx.req, limit));
  try {
    return JSON.parse(utf8.decode(Buffer.concat(chunks)));
  } catch (cause) {
    throw new AppError('malformed', 'The body is not JSON in UTF-8', { cause });
  }
}
