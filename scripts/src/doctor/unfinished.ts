import { join } from 'node:path';
import { createJournal, type JournalEntry } from '../deploy/journal.ts';
import type { Finding } from '../machine/requirements.ts';
import type { Run } from '../platform/run.ts';

type Deps = { run: Run; root: string };

/** A deployment that is neither finished nor undone, and whether it is at it still. */
export type Unfinished = { entry: JournalEntry; running: boolean };

/** The container in which a deployment runs (scripts/host/shortstack-entry). */
const lock = 'shortstack-deploy';

/** Undefined where all have ended, or none ever was. */
export async function readUnfinished({ run, root }: Deps): Promise<Unfinished | undefined> {
  const entry = await createJournal({ folder: join(root, '.deploy') }).read();
  if (!entry) return undefined;
  const { stdout } = await run('docker', ['inspect', '--format', '{{.State.Running}}', lock]);
  return { entry, running: stdout.trim() === 'true' };
}

/** Whether a deployment has left something half done. */
export function findUnfinished(unfinished: Unfinished | undefined): Finding[] {
  if (!unfinished) return [];
  const { entry, running } = unfinished;
  const which = `the deployment of ${entry.commit.slice(0, 12)} by ${entry.by}`;
  if (running) return [{ kind: 'warning', what: `${which} is under way`, remedy: `docker logs --follow ${lock}` }];
  const what = `${which} ended at "${entry.begun.at(-1)}" and is not undone`;
  return [{ kind: 'wrong', what, remedy: 'shortstack-entry undo, as root; the next scripts/deploy does it as well' }];
}
