import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { cure } from '../../src/chaos/break.ts';
import { createJournal } from '../../src/chaos/journal.ts';

let folder: string;
const folders: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
  folders.push(folder);
});
afterAll(() => Promise.all(folders.map((each) => rm(each, { recursive: true, force: true }))));

const open = () => createJournal(join(folder, 'data', 'journal.json'));
const start = (container: string) => ({ kind: 'start', container }) as const;

describe('the journal of what has to be put back', () => {
  test('there is none: nothing to put back', async () => expect(await open().read()).toEqual([]));
  test('what was broken last comes first, also for who opens it later', async () => {
    await open().add([start('a'), start('b')]);
    const told = { kind: 'resume-autoscaler', paused: true, pinned: 3 } as const;
    await open().add([told]);
    expect(await open().read()).toEqual([told, start('a'), start('b')]);
  });
  test('cleared, nothing is left of it', async () => {
    await open().add([start('a')]);
    await open().clear();
    await open().clear();
    expect(await readdir(join(folder, 'data'))).toEqual([]);
  });
  test('one of an older version, which did not know a pause or a pin: the autoscaler goes on without either', async () => {
    await open().add([start('a')]);
    await writeFile(join(folder, 'data', 'journal.json'), '[{"kind":"resume-autoscaler"}]');
    expect(await open().read()).toEqual([{ kind: 'resume-autoscaler', paused: false, pinned: null }]);
  });
  test('one that is not ours to read is an error, not an empty one', async () => {
    await open().add([start('a')]);
    await writeFile(join(folder, 'data', 'journal.json'), '[{"kind":"explode"}]');
    await expect(open().read()).rejects.toThrow();
  });
});

describe('a cure', () => {
  test('puts back all that is written down, and forgets it then', async () => {
    await open().add([start('a'), start('b')]);
    const done: string[] = [];
    const revert = async (undo: { kind: string; container?: string }) => void done.push(undo.container ?? undo.kind);
    await cure({ injector: { inject: async () => {}, revert }, journal: open(), print: () => {} });
    expect(done).toEqual(['a', 'b']);
    expect(await open().read()).toEqual([]);
  });
  test('one that fails at first is tried again', async () => {
    await open().add([start('a')]);
    let left = 2;
    const revert = async () => {
      left -= 1;
      if (left > 0) throw new Error('not now');
    };
    await cure({ injector: { inject: async () => {}, revert }, journal: open(), print: () => {} });
    expect([left, await open().read()]).toEqual([0, []]);
  });
  test('one that fails stays written down', async () => {
    await open().add([start('a')]);
    const revert = async () => Promise.reject(new Error('no engine'));
    await expect(
      cure({ injector: { inject: async () => {}, revert }, journal: open(), print: () => {} }),
    ).rejects.toThrow('no engine');
    expect(await open().read()).toEqual([start('a')]);
  });
  test('one that fails keeps the others from nothing, and says so at the end', async () => {
    await open().add([start('a'), start('b'), start('c')]);
    const done: string[] = [];
    const revert = async (undo: { kind: string; container?: string }) => {
      if (undo.container === 'b') throw new Error('no such disk');
      done.push(undo.container ?? '');
    };
    await expect(
      cure({ injector: { inject: async () => {}, revert }, journal: open(), print: () => {} }),
    ).rejects.toThrow('not put back: start b: no such disk');
    expect(done).toEqual(['a', 'c']);
  });
});
