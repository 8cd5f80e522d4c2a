import { ScriptError } from '../platform/run.ts';
import type { Journal, JournalEntry } from './journal.ts';

/** A part of a deployment. */
export type Step = {
  name: string;
  run: () => Promise<void>;
  /** Finds out by itself what there is to undo: it may run in another process. */
  undo?: () => Promise<void>;
  /** Others are undone by it or through it: it is undone before them. */
  undoFirst?: true;
};

type Deps = { journal: Journal; print: (line: string) => void };

/** Something is neither as it was nor as it should be: the journal stays open, and has the next deployment try again. */
export class NotUndone extends ScriptError {}

/** Begins with what the others stand on; else in the order of the steps. */
const undoOrder = (steps: readonly Step[]): Step[] => [
  ...steps.filter(({ undoFirst }) => undoFirst),
  ...steps.filter(({ undoFirst }) => !undoFirst),
];

/** Takes back what has begun; throws `NotUndone` when that failed. Every part is tried, also when one fails. */
export async function undoSteps({ journal, print }: Deps, steps: readonly Step[], entry: JournalEntry): Promise<void> {
  const failed: string[] = [];
  for (const { name, undo } of undoOrder(steps).filter((step) => entry.begun.includes(step.name))) {
    if (!undo) continue;
    print(`undoing: ${name}`);
    await undo().catch((error: Error) => {
      print(error.message);
      failed.push(name);
    });
  }
  if (failed.length > 0)
    throw new NotUndone(`could not be undone: ${failed.join(', ')}. The next deployment tries again.`);
  await journal.close();
}

/**
 * Runs the steps in their order, and writes down each before it begins. When one fails, what has begun is undone and the
 * error says which one and why; it is a `NotUndone` when something could not be undone.
 */
export async function runSteps(deps: Deps, steps: readonly Step[], start: Omit<JournalEntry, 'begun'>): Promise<void> {
  const { journal, print } = deps;
  const entry: JournalEntry = { ...start, begun: [] };
  for (const { name, run } of steps) {
    entry.begun.push(name);
    await journal.write(entry);
    const began = performance.now();
    print(`── ${name}`);
    try {
      await run();
    } catch (cause) {
      print((cause as Error).message);
      const [failed, why] = [`failed at "${name}"`, firstLine(cause as Error)];
      await undoSteps(deps, steps, entry).catch((left: Error) => {
        throw new NotUndone(`${failed}: ${why}; ${firstLine(left)}`, { cause });
      });
      throw new ScriptError(`${failed}, everything is as before: ${why}`, { cause });
    }
    print(`   ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  }
  await journal.close();
}

const firstLine = ({ message }: Error): string => message.split('\n')[0] ?? '';
