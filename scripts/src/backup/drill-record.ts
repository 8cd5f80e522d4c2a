import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const record = z.object({
  /** Seconds since 1970: of the last try, and of the last one that was good (0: none). */
  at: z.number(),
  goodAt: z.number(),
  seconds: z.number(),
});

/** What is known of the drills before. */
export type DrillResult = z.output<typeof record>;

export type DrillRecord = {
  read(): Promise<DrillResult | undefined>;
  write(result: DrillResult): Promise<void>;
};

/** The result of the last drill, in a file: it outlives the keeper. */
export const createDrillRecord = ({ path }: { path: string }): DrillRecord => ({
  async read() {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    return text === undefined ? undefined : record.parse(JSON.parse(text));
  },
  async write(result) {
    await writeFile(`${path}.new`, JSON.stringify(result));
    await rename(`${path}.new`, path);
  },
});
