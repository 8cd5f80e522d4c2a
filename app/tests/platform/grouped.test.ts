import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, test } from '@jest/globals';
import { createGrouped } from '../../src/platform/grouped.ts';

const code = (index: number) => `code${index}`;
const busy = () => new Error('busy');
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** A store whose questions the test answers one by one. */
function heldStore() {
  const asked: { codes: readonly string[]; answer: () => void; fail: () => void }[] = [];
  const ask = (codes: readonly string[]) =>
    new Promise<readonly string[]>((resolve, reject) => {
      const answer = () => resolve(codes.map((each) => `of ${each}`));
      asked.push({ codes, answer, fail: () => reject(new Error('down')) });
    });
  return { asked, ask };
}

test('codes of one turn are one question, and those that come meanwhile the next', async () => {
  const { asked, ask } = heldStore();
  const grouped = createGrouped({ ask, atOnce: 1, busy });
  const first = [1, 2, 3].map((index) => grouped(code(index)));
  await settled();
  const later = [4, 5].map((index) => grouped(code(index)));
  await settled();
  expect(asked.map(({ codes }) => codes)).toEqual([['code1', 'code2', 'code3']]);
  asked[0]?.answer();
  expect(await Promise.all(first)).toEqual(['of code1', 'of code2', 'of code3']);
  await settled();
  expect(asked[1]?.codes).toEqual(['code4', 'code5']);
  asked[1]?.answer();
  expect(await Promise.all(later)).toEqual(['of code4', 'of code5']);
});

test('the question behind another is no part of the request that asked that one', async () => {
  const { asked, ask } = heldStore();
  const request = new AsyncLocalStorage<string>();
  const during: (string | undefined)[] = [];
  const told = (codes: readonly string[]) => {
    during.push(request.getStore());
    return ask(codes);
  };
  const grouped = createGrouped({ ask: told, atOnce: 1, busy });
  const first = request.run('one', () => grouped(code(1)));
  await settled();
  const behind = request.run('two', () => grouped(code(2)));
  await settled();
  asked[0]?.answer();
  await first;
  await settled();
  asked[1]?.answer();
  await behind;
  expect(during).toEqual(['one', undefined]);
});

test('who waits behind a question that fails fails with it', async () => {
  const { asked, ask } = heldStore();
  const grouped = createGrouped({ ask, atOnce: 1, busy });
  const first = expect(grouped(code(1))).rejects.toThrow('down');
  await settled();
  const behind = expect(grouped(code(2))).rejects.toThrow('down');
  await settled();
  asked[0]?.fail();
  await Promise.all([first, behind]);
  const next = grouped(code(3));
  await settled();
  asked[1]?.answer();
  expect(await next).toBe('of code3');
});

test('more than 10,000 codes do not wait', async () => {
  const { asked, ask } = heldStore();
  const grouped = createGrouped({ ask, atOnce: 1, busy });
  const waiting = Array.from({ length: 10_000 }, (_, index) => grouped(code(index)).catch(() => 'failed'));
  await expect(grouped(code(10_001))).rejects.toThrow('busy');
  await settled();
  expect(asked[0]?.codes).toHaveLength(500);
  asked[0]?.fail();
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['failed']));
});
