import { ScriptError } from '../platform/run.ts';
import { findPresent, findRollback, type LoggedRelease, type ReleaseLog } from './release-log.ts';

type Deps = { log: ReleaseLog; now: () => number };

export type RollbackRequest = {
  /** The release to go to; without a number the one before that which serves. */
  to: number | undefined;
  /** The commit that serves and that nobody reached, if that is why. */
  bad: string | undefined;
  by: string;
};

/** The words of a rollback, of which only those count here. */
export function parseRollback(words: readonly string[]): RollbackRequest {
  const first = (form: RegExp) => words.map((word) => form.exec(word)?.[1]).find((found) => found !== undefined);
  const to = first(/^(\d{1,6})$/);
  return {
    to: to === undefined ? undefined : Number(to),
    bad: first(/^BAD=([0-9a-f]{40})$/),
    by: first(/^BY=([\w.@-]{1,64})$/) ?? 'somebody',
  };
}

/** What to go back to; throws when there is nothing. That nobody reached what serves is written down first. */
export async function chooseRollback({ log, now }: Deps, { to, bad, by }: RollbackRequest): Promise<LoggedRelease> {
  const all = await log.read();
  const present = findPresent(all);
  if (bad !== undefined && present?.commit !== bad)
    throw new ScriptError(`${bad.slice(0, 12)} does not serve any more: what serves now stays`);
  const target = findRollback(all, to);
  if (!target)
    throw new ScriptError(
      to === undefined
        ? 'there is no release before this one to go back to (--to NUMBER takes any that has served)'
        : `release ${to} is none that has served: scripts/releases lists them`,
    );
  if (bad !== undefined && present) {
    const { number, commit, images } = present;
    const note = `nobody reached release ${number}: no rollback goes to it by itself`;
    const at = new Date(now()).toISOString();
    await log.add({ at, commit, images, by, seconds: 0, outcome: 'failed', note, bad: true });
  }
  return target;
}
