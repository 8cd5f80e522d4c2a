import { readFile } from 'node:fs/promises';
import { type Intent, noIntent, parseIntent } from './intent-record.ts';

type Deps = {
  path: string;
  /** Replaces the file as a whole, flushed to disk. */
  replace: (path: string, text: string, mode: number) => Promise<void>;
  /** Called when the file cannot be understood: it is set aside and the autoscaler starts without intent. */
  onUnreadable: (path: string) => void;
};

export type IntentStore = {
  current(): Intent;
  /** Changes the intent and answers when the change is on disk. Changes never overlap. */
  update(change: (intent: Intent) => Intent): Promise<Intent>;
};

const ownerOnly = 0o600;

/** Opens the intent file; one that is missing is an empty intent. */
export async function openIntent({ path, replace, onUnreadable }: Deps): Promise<IntentStore> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const parsed = text === undefined ? noIntent : parseIntent(text);
  if (parsed === undefined && text !== undefined) {
    await replace(`${path}.unreadable`, text, ownerOnly);
    onUnreadable(`${path}.unreadable`);
  }
  let intent = parsed ?? noIntent;
  let last: Promise<unknown> = Promise.resolve();
  return {
    current: () => intent,
    update: (change) => {
      const next = last.then(async () => {
        const changed = change(intent);
        if (changed !== intent) await replace(path, `${JSON.stringify(changed, null, 2)}\n`, ownerOnly);
        intent = changed;
        return intent;
      });
      last = next.catch(() => {});
      return next;
    },
  };
}
