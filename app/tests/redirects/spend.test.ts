import { expect, test } from '@jest/globals';
import type { ShortCode } from '../../src/codes/short-code.ts';
import { createSpend } from '../../src/redirects/spend.ts';

const code = 'limited' as ShortCode;
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('uses of a link that are asked for while a statement runs are taken together by the next', async () => {
  const link = { id: 1, location: 'x', status: 302, forwardQuery: false, active: true, expiresAt: null, limited: true };
  const wanted: number[] = [];
  const release: (() => void)[] = [];
  const spend = createSpend({
    spendUses: async (_code, count) => {
      wanted.push(count);
      await new Promise<void>((resolve) => release.push(resolve));
      return { link, granted: Math.min(count, 2) };
    },
  });
  const uses = [1, 2, 3, 4].map(() => spend(code));
  await settled();
  release[0]?.();
  await settled();
  release[1]?.();
  const granted = (await Promise.all(uses)).map((use) => use?.granted);
  expect([wanted, granted]).toEqual([
    [1, 3],
    [true, true, true, false],
  ]);
});

test('uses that wait behind a statement that fails fail with it', async () => {
  const spend = createSpend({ spendUses: () => settled().then(() => Promise.reject(new Error('down'))) });
  const uses = [1, 2, 3].map(() => spend(code));
  const outcomes = await Promise.allSettled(uses);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
});
