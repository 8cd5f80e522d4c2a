import { expect, test } from '@jest/globals';
import { createWaits } from '../../src/platform/waits.ts';

function situation() {
  let time = 0;
  const waits = createWaits(() => time);
  const wait = () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const over = waits.during(promise);
    const end = async (settle: () => void) => {
      settle();
      await over.catch(() => {});
    };
    return { serve: () => end(resolve), giveUp: () => end(() => reject(new Error('too long'))) };
  };
  const pass = (milliseconds: number) => {
    time += milliseconds;
  };
  return { waits, wait, pass };
}

test('the least wait of those who were served since it was last asked for', async () => {
  const { waits, wait, pass } = situation();
  const [one, two] = [wait(), wait()];
  pass(300);
  await one.serve();
  pass(100);
  await two.serve();
  expect(waits.take()).toBe(300);
  expect(waits.take()).toBeUndefined();
  waits.none();
  expect(waits.take()).toBe(0);
  expect(waits.served).toBe(2);
});

test('where nobody was served, how long the oldest has waited up to now', async () => {
  const { waits, wait, pass } = situation();
  const one = wait();
  pass(500);
  const two = wait();
  pass(1_000);
  expect(waits.take()).toBe(1_500);
  await one.giveUp();
  expect(waits.served).toBe(0);
  expect(waits.take()).toBe(1_000);
  await two.serve();
  expect(waits.take()).toBe(1_000);
  expect(waits.take()).toBeUndefined();
});
