import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Line } from '../http/bulk.ts';
import { csvLines } from '../http/csv.ts';
import { jsonArrayLines, ndjsonLines } from '../http/json-lines.ts';
import { CommandError } from './command.ts';

/** Longest record of a file in characters: details of an event may be large. */
const longest = 1_048_576;
const peekSize = 4_096;

/** The first bytes of a file as text, or one sentence why it cannot be read. */
export async function peek(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(peekSize), 0, peekSize, 0);
    return buffer.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '');
  } catch (cause) {
    throw new CommandError(`cannot read ${path} (${(cause as Error).message})`, { cause });
  }
}

/** The records of a CSV, NDJSON or JSON file, told by how it begins; read as they are asked for. */
export async function fileRecords(path: string, required: readonly string[] = []): Promise<AsyncIterable<Line>> {
  const start = (await peek(path)).trimStart();
  const source = createReadStream(path);
  if (start.startsWith('{')) return ndjsonLines(source, { longest });
  if (start.startsWith('[')) return jsonArrayLines(source, { longest });
  return csvLines(source, { longest, required });
}
