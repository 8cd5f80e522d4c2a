import { ScriptError } from '../platform/run.ts';
import type { Journal, JournalEntry } from './journal.ts';

/** A part of a deployment. `undo` finds out by itself what there is to undo: it may run in another process. */
export type Step = { name: string; run: () => Promise<void>; undo?: () => Promise<void> };

type Deps = { journal: Journal; print: (line: string) => void };

/**
 * Takes back what has begun, in the order of the steps: files and settings first, by which the others know what was there
 * before. Every part is tried, also when one fails.
 */
export async function undoSteps({ journal, print }: Deps, steps: readonly Step[], entry: JournalEntry): Promise<void> {
  const failed: string[] = [];
  for (const { name, undo } of steps.filter((step) => entry.begun.includes(step.name))) {
    if (!undo) continue;
    print(`undoing: ${name}`);
    await undo().catch((error: Error) => {
      print(error.message);
      failed.push(name);
    });
  }
  // Left open, the journal has the next deployment try again.
  if (failed.length > 0)
    throw new ScriptError(`could not be undone: ${failed.join(', ')}. The next deployment tries again.`);
  await journal.close();
}

/**
 * Runs the steps in their order, and writes down each before it begins. When one fails, what has begun is undone and the
 * error says which one and why.
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
      await undoSteps(deps, steps, entry);
      throw new ScriptError(`failed at "${name}", everything is as before: ${firstLine(cause as Error)}`, { cause });
    }
    print(`   ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  }
  await journal.close();
}

const firstLine = ({ message }: Error): string => message.split('\n')[0] ?? '';
