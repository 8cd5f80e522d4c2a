import { expect, test } from '@jest/globals';
import { TooLate, within } from '../../src/platform/within.ts';

test('what comes in time comes as it is', async () => {
  expect(await within(Promise.resolve(7), 1_000)).toBe(7);
  await expect(within(Promise.reject(new Error('refused')), 1_000)).rejects.toThrow('refused');
});

test('what never comes is too late', async () => {
  await expect(within(new Promise(() => {}), 10)).rejects.toBeInstanceOf(TooLate);
});
