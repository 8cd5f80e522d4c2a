import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import { type BodyLimits, limited } from './body.ts';
import type { Context } from './context.ts';
import { AppError, invalidField } from './problem.ts';

export type FilePart = { type: string; name: string; content: AsyncIterable<Buffer> };

const field = 'file';

function createParser(ctx: Context): busboy.Busboy {
  try {
    const limits = { parts: 20, fields: 20, fieldSize: 65_536, headerPairs: 50 };
    return busboy({ headers: ctx.req.headers, limits });
  } catch (cause) {
    throw new AppError('malformed', 'The body is not multipart/form-data with a boundary', { cause });
  }
}

const readable = (cause: unknown): AppError =>
  cause instanceof AppError ? cause : new AppError('malformed', 'The multipart body is malformed', { cause });

/**
 * The part of a multipart body whose name is `file`, as it arrives, within the limits for the whole body. Whoever
 * stops reading it early stops the reading of the body.
 */
export async function filePart(ctx: Context, limits: BodyLimits): Promise<FilePart> {
  const parser = createParser(ctx);
  const stop = new AbortController();
  const found = Promise.withResolvers<FilePart>();
  let stream: Readable | undefined;
  parser.on('file', (name, content, info) => {
    if (name !== field || stream) return void content.resume();
    stream = content;
    found.resolve({ type: info.mimeType, name: info.filename ?? '', content: untilDone(content, stop) });
  });
  pipeline(limited(ctx, limits), parser, { signal: stop.signal }).then(
    () => found.reject(invalidField(field, 'a file in the multipart field of this name')),
    (error) => {
      found.reject(readable(error));
      stream?.destroy(readable(error));
    },
  );
  return found.promise;
}

async function* untilDone(content: Readable, stop: AbortController): AsyncGenerator<Buffer> {
  try {
    yield* content as AsyncIterable<Buffer>;
  } catch (error) {
    throw readable(error);
  } finally {
    stop.abort();
  }
}
