import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Undo } from './fault.ts';

const undo = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), container: z.string() }),
  z.object({ kind: z.literal('unpause'), container: z.string() }),
  z.object({
    kind: z.literal('resume-autoscaler'),
    paused: z.boolean().default(false),
    pinned: z.number().nullable().default(null),
  }),
  z.object({ kind: z.literal('calm') }),
  z.object({ kind: z.literal('revoke-key'), name: z.string() }),
  z.object({ kind: z.literal('empty'), container: z.string(), file: z.string() }),
  z.object({ kind: z.literal('own-stack'), folder: z.string(), volume: z.string() }),
]);

/** What has to be put back, on disk before anything is broken, so that it survives whoever broke it. */
export type Journal = {
  read(): Promise<Undo[]>;
  /** Resolves when it is on disk. */
  add(undos: readonly Undo[]): Promise<void>;
  /** Takes back what has been put back. */
  clear(): Promise<void>;
};

/** A journal in a file that is replaced as a whole. */
export function createJournal(file: string): Journal {
  async function read(): Promise<Undo[]> {
    const text = await readFile(file, 'utf8').catch(() => '[]');
    return z.array(undo).parse(JSON.parse(text));
  }
  async function write(undos: readonly Undo[]): Promise<void> {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(`${file}.new`, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify(undos));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${file}.new`, file);
  }
  return {
    read,
    add: async (undos) => write([...undos, ...(await read())]),
    clear: () => rm(file, { force: true }),
  };
}
