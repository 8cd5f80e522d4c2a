import { ScriptError } from '../platform/run.ts';
import type { TakeAim } from './aim.ts';
import { type Aim, describeFault, describeUndo, type Fault, undosOf } from './fault.ts';
import type { Feeling, Snapshot } from './felt.ts';
import type { Injector } from './inject.ts';
import type { Journal } from './journal.ts';
import type { Span } from './tally.ts';
import type { Told } from './told.ts';

/** What breaking and mending needs. */
export type Breaking = {
  aim: TakeAim;
  feeling: Feeling;
  injector: Injector;
  journal: Journal;
  told: () => Promise<Told>;
  print: (line: string) => void;
};

/** A fault that has happened, with what it was aimed at and how that was before. */
export type Hit = { fault: Fault; aims: Aim[]; before: Snapshot };

/** A request is under way for so long at most, in milliseconds. */
const underWay = 10_000;

/** When a request that ended was sent that a fault may have hit in somebody's hands, while it was done from `injected` to `broken`. */
export const spanOf = ({ injected, broken }: { injected: number; broken: number }): Span => ({
  from: injected - underWay,
  to: broken,
});

/** Does faults one after another; how each is put back is on disk before it happens. */
export async function breakIt(deps: Breaking, faults: readonly Fault[]): Promise<Hit[]> {
  const { aim, feeling, injector, journal, print, told } = deps;
  const hits: Hit[] = [];
  for (const fault of faults) {
    const aims = await aim(fault);
    const before = await feeling.snapshot(fault, aims);
    await journal.add(await undosOf(fault, aims, told));
    print(`  ✗ ${describeFault(fault)}${aims.length > 0 ? ` (${aims.map(({ name }) => name).join(', ')})` : ''}`);
    await injector.inject(fault, aims);
    hits.push({ fault, aims, before });
  }
  return hits;
}

/** Whether every fault is there. */
export const isFelt = async (feeling: Feeling, hits: readonly Hit[]): Promise<boolean> =>
  (await Promise.all(hits.map(({ fault, aims, before }) => feeling.felt(fault, aims, before)))).every(Boolean);

const tries = 3;

type Curing = Pick<Breaking, 'injector' | 'journal' | 'print'>;

/** A second Ctrl-C also ends the program that was putting something back: then it is done once more. */
async function insist(revert: () => Promise<void>): Promise<void> {
  for (let left = tries - 1; left > 0; left -= 1) {
    const done = await revert().then(
      () => true,
      () => false,
    );
    if (done) return;
  }
  await revert();
}

/** Puts back everything that is written down, whatever of it was done. What fails keeps nothing else from it, and stays written down. */
export async function cure({ injector, journal, print }: Curing): Promise<void> {
  const failed: string[] = [];
  for (const undo of await journal.read()) {
    print(`  ✓ ${describeUndo(undo)}`);
    await insist(() => injector.revert(undo)).catch((cause: Error) => {
      failed.push(`not put back: ${describeUndo(undo)}: ${cause.message}`);
    });
  }
  if (failed.length > 0) throw new ScriptError(failed.join('\n'));
  await journal.clear();
}
