import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerOnly, readOr, replaceFile, servicesToo } from './files.ts';

/** More than this has never been begun and left; Grafana closes itself to who guesses more often. */
const most = 4;
const written = 'renewal.json';

const placeOf = (folder: string, name: string) => join(folder, `${name}.before`);

/** What a renewal has begun and not ended, on disk beside the secrets: it outlives whoever began it. */
export type Unfinished = {
  /** Keeps the present value of a secret until `forget`; answers all that are kept of it, the newest first. */
  keep(name: string, present: string): Promise<string[]>;
  forget(name: string): Promise<void>;
  /** Replaces several files as if in one step: what a power cut leaves is done by `finish`. */
  replace(files: Readonly<Record<string, string>>): Promise<void>;
  finish(): Promise<void>;
};

export function createUnfinished({ folder }: { folder: string }): Unfinished {
  async function finish(): Promise<void> {
    const text = await readOr(join(folder, written), '');
    if (text === '') return;
    for (const [name, value] of Object.entries(JSON.parse(text) as Record<string, string>))
      await replaceFile(join(folder, name), value, servicesToo);
    await rm(join(folder, written), { force: true });
  }
  return {
    async keep(name, present) {
      const kept = (await readOr(placeOf(folder, name), '')).split('\n');
      const all = [...new Set([present, ...kept])].filter((value) => value !== '').slice(0, most);
      await replaceFile(placeOf(folder, name), all.join('\n'), ownerOnly);
      return all;
    },
    forget: (name) => rm(placeOf(folder, name), { force: true }),
    async replace(files) {
      await replaceFile(join(folder, written), JSON.stringify(files), ownerOnly);
      await finish();
    },
    finish,
  };
}
