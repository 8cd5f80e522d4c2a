import { ScriptError } from '../platform/run.ts';
import type { Autoscaler } from '../stack/autoscaler.ts';

/** What people have told the autoscaler: a drill that tells it something else says this again in the end. */
export type Told = { paused: boolean; pinned: number | null };

/** Seconds. */
const patience = 60;

/** Throws while it does not answer: what nobody knows cannot be put back. */
export async function readTold(autoscaler: Pick<Autoscaler, 'status'>): Promise<Told> {
  const status = await autoscaler.status();
  if (!status) throw new ScriptError('the autoscaler does not answer: what it was told could not be put back');
  return { paused: status.paused, pinned: status.pinned };
}

/** Tells the autoscaler this and nothing else, whatever it was told meanwhile. */
export async function tellAgain({ ask }: Pick<Autoscaler, 'ask'>, { paused, pinned }: Told): Promise<void> {
  // It forgets a pin as well.
  await ask('resume');
  if (pinned !== null) await ask('pin', `${pinned}`);
  if (!paused) return;
  // While it is paused it replaces nobody that a drill has killed.
  await ask('wait', '--within', `${patience}`);
  await ask('pause');
}
