import { join } from 'node:path';
import { createJournal, type JournalEntry } from '../deploy/journal.ts';
import { createReleaseLog, hasServed } from '../deploy/release-log.ts';
import type { Finding } from '../machine/requirements.ts';
import type { Run } from '../platform/run.ts';

type Deps = { run: Run; root: string };

/** A deployment whose journal is open: whether it is at it still, and whether its release is in the log of those that serve. */
export type Unfinished = { entry: JournalEntry; running: boolean; served: boolean };

/** The container in which a deployment runs (scripts/host/shortstack-entry). */
const lock = 'shortstack-deploy';
/** The step before which a deployment changes nothing (scripts/src/deploy/host-steps.ts). */
const firstChange = 'files';

/** Undefined where every journal is closed, or none ever was. */
export async function readUnfinished({ run, root }: Deps): Promise<Unfinished | undefined> {
  const folder = join(root, '.deploy');
  const entry = await createJournal({ folder }).read();
  if (!entry) return undefined;
  const served = hasServed(await createReleaseLog({ folder }).read(), entry);
  const { stdout } = await run('docker', ['inspect', '--format', '{{.State.Running}}', lock]);
  return { entry, running: stdout.trim() === 'true', served };
}

/** Whether a deployment has left something half done, or no more than its journal open. */
export function findUnfinished(unfinished: Unfinished | undefined): Finding[] {
  if (!unfinished) return [];
  const { entry, running, served } = unfinished;
  const which = `the deployment of ${entry.commit.slice(0, 12)} by ${entry.by}`;
  if (running) return [{ kind: 'warning', what: `${which} is under way`, remedy: `docker logs --follow ${lock}` }];
  const again = 'shortstack-entry undo, as root; the next scripts/deploy does it as well';
  const closes = `nothing is to be undone, only its journal to be closed: ${again}`;
  if (served) return [{ kind: 'warning', what: `${which} serves, and was interrupted after that`, remedy: closes }];
  const ended = `${which} ended at "${entry.begun.at(-1)}"`;
  return entry.begun.includes(firstChange)
    ? [{ kind: 'wrong', what: `${ended} and is not undone`, remedy: again }]
    : [{ kind: 'warning', what: `${ended}, before it changed anything`, remedy: closes }];
}
