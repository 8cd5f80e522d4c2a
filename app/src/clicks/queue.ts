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
