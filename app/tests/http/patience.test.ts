import { afterEach, expect, jest, test } from '@jest/globals';
import { createPatience, OutOfPatience } from '../../src/http/patience.ts';

afterEach(() => {
  jest.useRealTimers();
});

test('what comes in time is passed on, also where it fails', async () => {
  const patiently = createPatience(60_000);
  expect(await patiently(Promise.resolve(1))).toBe(1);
  await expect(patiently(Promise.reject(new Error('gone')))).rejects.toThrow('gone');
});

test('the waits count together, and what lies between them does not', async () => {
  jest.useFakeTimers();
  const patiently = createPatience(200);
  const first = patiently(new Promise((resolve) => setTimeout(resolve, 150)));
  await jest.advanceTimersByTimeAsync(150);
  await first;
  await jest.advanceTimersByTimeAsync(1_000);
  const second = patiently(new Promise(() => {})).catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(49);
  expect(await Promise.race([second, 'still waiting'])).toBe('still waiting');
  await jest.advanceTimersByTimeAsync(1);
  expect(await second).toBeInstanceOf(OutOfPatience);
});
