import type { IncomingMessage } from 'node:http';
import type { Context } from './context.ts';
import { AppError } from './problem.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Compressed bodies are refused, so that a small one cannot grow in memory. */
export function refuseEncoded(ctx: Context): void {
  const encoding = ctx.get('Content-Encoding').toLowerCase();
  if (encoding && encoding !== 'identity') throw new AppError('unsupported_type', 'Compressed bodies are not accepted');
}

/** Yields the body's chunks; more than `limit` bytes end in 413 and nothing more is read. */
export async function* limited(request: IncomingMessage, limit: number): AsyncGenerator<Buffer> {
  let seen = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    seen += chunk.length;
    if (seen > limit) throw new AppError('too_large', `The body is larger than ${limit} bytes`);
    yield chunk;
  }
}

/** Reads a JSON object or array of at most `limit` bytes; anything else is 400, 413 or 415. */
export async function readJson(ctx: Context, limit: number): Promise<unknown> {
  if (!ctx.request.is('json', '+json')) throw new AppError('unsupported_type', 'Send JSON as application/json');
  refuseEncoded(ctx);
  if ((ctx.request.length ?? 0) > limit) throw new AppError('too_large', `The body is larger than ${limit} bytes`);
  const chunks = await Array.fromAsync(limited(ctx.req, limit));
  try {
    return JSON.parse(utf8.decode(Buffer.concat(chunks)));
  } catch (cause) {
    throw new AppError('malformed', 'The body is not JSON in UTF-8', { cause });
  }
}
