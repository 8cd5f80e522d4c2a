import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ScriptError } from '../platform/run.ts';
import { withValues } from '../secrets/environment-file.ts';
import { ownerOnly, readOr, replaceFile } from '../secrets/files.ts';
import { personal } from '../secrets/secrets.ts';
import { readTools, writeTools } from './tools.ts';
import { syncTree } from './tree.ts';

type Deps = {
  root: string;
  state: string;
  /** Nothing served before: there may be no files and no settings. */
  first: boolean;
};

/** Files and settings as they were, kept aside while a deployment changes them. */
export type Kept = {
  keep(): Promise<void>;
  /** Gives them back. Secrets that were made in between stay: what is on volumes may be encrypted by them. */
  giveBack(): Promise<void>;
};

/** Secrets that are in one `.env` and not yet in another. */
function madeSince(before: string, now: string): Record<string, string> {
  const [then, present] = [parseEnv(before), parseEnv(now)];
  return Object.fromEntries(personal.flatMap((name) => (present[name] && !then[name] ? [[name, present[name]]] : [])));
}

export function createKept({ root, state, first }: Deps): Kept {
  const live = join(root, '.env');
  const tree = join(state, 'before', 'tree');
  const env = join(state, 'before', 'env');
  const tools = join(state, 'before', 'tools');
  return {
    async keep() {
      await syncTree(root, tree, { mayBeEmpty: first });
      // Empty where there is none: a copy that is older would be given back.
      await replaceFile(env, await readOr(live, ''), ownerOnly);
      await replaceFile(tools, await readTools(state), ownerOnly);
    },
    async giveBack() {
      await syncTree(tree, root, { mayBeEmpty: first });
      await writeTools(state, await readOr(tools, ''));
      const before = await readOr(env, '');
      if (before === '' && !first) throw new ScriptError(`${env} is empty: settings stay as they are`);
      const made = madeSince(before, await readOr(live, ''));
      if (Object.keys(made).length > 0) await replaceFile(live, withValues(before, made), ownerOnly);
      else if (before !== '') await replaceFile(live, before, ownerOnly);
      else await rm(live, { force: true });
    },
  };
}
