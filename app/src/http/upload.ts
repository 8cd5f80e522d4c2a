import { type BodyLimits, limited, refuseEncoded, refuseLong } from './body.ts';
import type { Line } from './bulk.ts';
import type { Context } from './context.ts';
import { csvLines } from './csv.ts';
import { jsonArrayLines, ndjsonLines } from './json-lines.ts';
import { filePart } from './multipart.ts';
import { AppError } from './problem.ts';

type Options = {
  /** Of the whole body. */
  limits: BodyLimits;
  /** Columns that a CSV must have. */
  required: readonly string[];
};

/** Longest record of an upload in characters: a url with all its fields needs a fifth of it. */
const longest = 32_768;

/** The media types that `uploadedLines` reads. */
export const uploadTypes = ['multipart/form-data', 'text/csv', 'application/json', 'application/x-ndjson'] as const;

type Format = 'csv' | 'json' | 'ndjson';

function formatOf(type: string, name = ''): Format {
  if (/ndjson|jsonl/.test(type) || /\.(ndjson|jsonl)$/i.test(name)) return 'ndjson';
  return /json/.test(type) || /\.json$/i.test(name) ? 'json' : 'csv';
}

function linesOf(format: Format, source: AsyncIterable<Uint8Array>, required: readonly string[]): AsyncIterable<Line> {
  if (format === 'json') return jsonArrayLines(source, { longest });
  return format === 'ndjson' ? ndjsonLines(source, { longest }) : csvLines(source, { longest, required });
}

/**
 * The records of an uploaded file, read as it arrives: the body itself, or the field `file` of a form. 415 for a type
 * that is none of `uploadTypes`, 408 and 413 beyond the limits.
 */
export async function uploadedLines(ctx: Context, { limits, required }: Options): Promise<AsyncIterable<Line>> {
  const type = ctx.request.is(...uploadTypes);
  if (!type) throw new AppError('unsupported_type', `Send one of ${uploadTypes.join(', ')}`);
  refuseEncoded(ctx);
  refuseLong(ctx, limits.bytes);
  if (type !== 'multipart/form-data') return linesOf(formatOf(type), limited(ctx, limits), required);
  const part = await filePart(ctx, limits);
  return linesOf(formatOf(part.type, part.name), part.content, required);
}
