import { describe, expect, test } from '@jest/globals';
import { createInjector } from '../../src/chaos/inject.ts';
import { readTold, type Told } from '../../src/chaos/told.ts';
import { healthy } from '../support.ts';

/** An autoscaler that keeps what it is told: `resume` takes back a pause and a pin. */
function createListener(told: Told) {
  let now = told;
  const heard: string[] = [];
  return {
    heard,
    status: async () => ({ ...healthy, ...now }),
    ask: async (...words: readonly string[]) => {
      const [verb, count] = words;
      heard.push(words.join(' '));
      if (verb === 'pause') now = { ...now, paused: true };
      if (verb === 'pin') now = { ...now, pinned: Number(count) };
      if (verb === 'resume') now = { paused: false, pinned: null };
      return '';
    },
  };
}

const aims = [{ id: 'a', name: 'app-1' }];

describe('what the autoscaler was told before a drill', () => {
  test.each<Told>([
    { paused: false, pinned: null },
    { paused: false, pinned: 4 },
    { paused: true, pinned: null },
    { paused: true, pinned: 4 },
  ])('%j is what it was told after the cure, and after another one', async (told) => {
    const autoscaler = createListener(told);
    const run = async () => ({ code: 0, stdout: '', stderr: '' });
    const { signal } = new AbortController();
    const injector = createInjector({ run, autoscaler, revokeKey: async () => {}, traffic: () => {}, signal });
    const undo = { kind: 'resume-autoscaler', ...(await readTold(autoscaler)) } as const;
    await injector.inject({ kind: 'replicas' }, aims);
    expect((await readTold(autoscaler)).paused).toBe(true);
    for (let times = 0; times < 2; times += 1) {
      await injector.revert(undo);
      expect(await readTold(autoscaler)).toEqual(told);
    }
  });
  test('a pause comes back only when the replicas are back: paused it replaces nobody', async () => {
    const autoscaler = createListener({ paused: true, pinned: null });
    const run = async () => ({ code: 0, stdout: '', stderr: '' });
    const { signal } = new AbortController();
    const injector = createInjector({ run, autoscaler, revokeKey: async () => {}, traffic: () => {}, signal });
    await injector.revert({ kind: 'resume-autoscaler', paused: true, pinned: null });
    expect(autoscaler.heard).toEqual(['resume', 'wait --within 60', 'pause']);
  });
  test('one that is silent cannot be put back: nothing may be broken', () =>
    expect(readTold({ status: async () => undefined })).rejects.toThrow('does not answer'));
});
