import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createJournal } from '../../src/deploy/journal.ts';
import { NotUndone, runSteps, type Step, undoSteps } from '../../src/deploy/steps.ts';

let folder = '';
let done: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'steps-'));
  done = [];
});
afterEach(async () => await rm(folder, { recursive: true }));

const start = { commit: 'c', by: 'ann', at: '2026-01-31T12:00:00Z', imageBefore: 'app:1' };
const print = () => {};
const journal = () => createJournal({ folder });
const step = (name: string, fails: 'run' | 'undo' | 'never' = 'never'): Step => ({
  name,
  run: async () => {
    done.push(name);
    if (fails === 'run') throw new Error(`${name} broke\nand more`);
  },
  undo: async () => {
    done.push(`not ${name}`);
    if (fails === 'undo') throw new Error('stuck');
  },
});

describe('the steps of a deployment', () => {
  test('all are good: they ran in their order, and nothing is left to undo', async () => {
    await runSteps({ journal: journal(), print }, [step('a'), step('b')], start);
    expect(done).toEqual(['a', 'b']);
    expect(await journal().read()).toBeUndefined();
  });
  test('what others stand on is undone before them, whatever came first', async () => {
    const steps: Step[] = [
      step('a'),
      { ...step('b'), undoFirst: true },
      step('c'),
      { ...step('d', 'run'), undoFirst: true },
    ];
    await expect(runSteps({ journal: journal(), print }, steps, start)).rejects.toThrow('failed at "d"');
    expect(done.slice(4)).toEqual(['not b', 'not d', 'not a', 'not c']);
  });
  test('one fails: it and those before it are undone, and the error names it', async () => {
    const running = runSteps({ journal: journal(), print }, [step('a'), step('b', 'run'), step('c')], start);
    await expect(running).rejects.toThrow('failed at "b", everything is as before: b broke');
    expect(done).toEqual(['a', 'b', 'not a', 'not b']);
    expect(await journal().read()).toBeUndefined();
  });
  test('the power goes at a step: another process knows how far it was, and undoes that', async () => {
    const cut: Step = { name: 'b', run: () => new Promise(() => {}) };
    void runSteps({ journal: journal(), print }, [step('a'), cut], start);
    let entry = await journal().read();
    while (entry?.begun.at(-1) !== 'b') entry = await journal().read();
    expect(entry).toEqual({ ...start, begun: ['a', 'b'] });
    await undoSteps({ journal: journal(), print }, [step('a'), step('b'), step('c')], entry);
    expect(done).toEqual(['a', 'not a', 'not b']);
    expect(await journal().read()).toBeUndefined();
  });
  test('one that cannot be undone does not keep the others, is told beside what failed, and is tried again', async () => {
    const steps = [step('a'), step('b', 'undo'), step('c', 'run')];
    const failed = await runSteps({ journal: journal(), print }, steps, start).catch((error) => error);
    expect(failed).toBeInstanceOf(NotUndone);
    expect(failed.message).toBe('failed at "c": c broke; could not be undone: b. The next deployment tries again.');
    expect(done).toEqual(['a', 'b', 'c', 'not a', 'not b', 'not c']);
    expect(await journal().read()).toMatchObject({ begun: ['a', 'b', 'c'] });
  });
});
