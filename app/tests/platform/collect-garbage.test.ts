import { expect, test } from '@jest/globals';
import { collectGarbage } from '../../src/platform/collect-garbage.ts';

test('what nothing refers to is gone afterwards, and programs still cannot collect', () => {
  const kept = { name: 'kept' };
  const left = new WeakRef({ name: 'left' });
  const used = new WeakRef(kept);
  return new Promise<void>((resolve) => {
    setImmediate(() => {
      collectGarbage();
      expect(left.deref()).toBeUndefined();
      expect(used.deref()).toBe(kept);
      expect('gc' in globalThis).toBe(false);
      resolve();
    });
  });
});
