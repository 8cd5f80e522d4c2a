import { must, ScriptError } from '../platform/run.ts';
import type { Compose } from '../stack/compose.ts';
import { type Backup, backupSchema } from './backup.ts';

type Deps = { compose: Compose };

/** The container that keeps backups, asked by its own verbs. */
export type KeeperContainer = {
  /** Runs a verb whose progress is shown as it comes; throws when it fails. */
  ask(...words: readonly string[]): Promise<void>;
  list(): Promise<Backup[]>;
};

export function createKeeperContainer({ compose }: Deps): KeeperContainer {
  const exec = (words: readonly string[], show: boolean) =>
    compose.run(['exec', '-T', 'backup', 'node', 'scripts/src/main.ts', 'keeper', ...words], {}, show);
  return {
    async ask(...words) {
      if ((await exec(words, true)).code !== 0) throw new ScriptError(`${words.join(' ')}: failed, why stands above`);
    },
    async list() {
      return backupSchema.array().parse(JSON.parse(await must(exec(['list'], false), 'listing the backups')));
    },
  };
}
