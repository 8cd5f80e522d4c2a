import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const entry = z.object({
  commit: z.string(),
  by: z.string(),
  /** RFC 3339. */
  at: z.string(),
  /** Steps that have begun, the last one perhaps not ended. */
  begun: z.array(z.string()),
  /** What served before; empty at the first deployment. */
  imageBefore: z.string(),
});

/** A deployment that has begun and is neither finished nor undone. */
export type JournalEntry = z.output<typeof entry>;

export type Journal = {
  read(): Promise<JournalEntry | undefined>;
  write(entry: JournalEntry): Promise<void>;
  close(): Promise<void>;
};

/** What outlives a power cut: which deployment is under way, and how far it is. */
export function createJournal({ folder }: { folder: string }): Journal {
  const path = join(folder, 'journal.json');
  return {
    async read() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return text === undefined ? undefined : entry.parse(JSON.parse(text));
    },
    async write(value) {
      const file = await open(`${path}.new`, 'w');
      await file.writeFile(JSON.stringify(value));
      await file.sync();
      await file.close();
      await rename(`${path}.new`, path);
    },
    close: () => rm(path, { force: true }),
  };
}
