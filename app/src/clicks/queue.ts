import { batchVersion } from './batch.ts';
import type { Batch } from './click.ts';

/** Sends one command to the queue store; texts of the reply are Buffers, maps are flat arrays. */
export type Send = (args: readonly (string | Buffer)[]) => Promise<unknown>;

/** Each version of the bytes has a stream of its own, so that releases side by side do not meet the other's. */
export const streamKey = `clicks:${batchVersion}`;
export const groupName = 'ingest';
const field = 'b';

/** Appends each batch as one entry, in one round trip. */
export async function appendToStream(send: Send, batches: readonly Batch[]): Promise<void> {
  await Promise.all(batches.map(({ payload }) => send(['XADD', streamKey, '*', field, payload])));
}

export type Sizes = {
  /** Batches in the stream. */
  entries: number;
  bytes: number;
  /** When the oldest of them came, in milliseconds; undefined where there is none. */
  oldest: number | undefined;
};

/** How full the stream is. What is in the history is no longer in it. */
export async function measureStream(send: Send): Promise<Sizes> {
  const [entries, bytes, first] = await Promise.all([
    send(['XLEN', streamKey]),
    send(['MEMORY', 'USAGE', streamKey]),
    send(['XRANGE', streamKey, '-', '+', 'COUNT', '1']),
  ]);
  const id = (first as [Buffer, unknown][])[0]?.[0];
  const oldest = id === undefined ? undefined : Number.parseInt(id.toString(), 10);
  return { entries: entries as number, bytes: (bytes as number | null) ?? 0, oldest };
}
