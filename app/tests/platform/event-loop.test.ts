import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createBusyness, createEventLoopMeter } from '../../src/platform/event-loop.ts';

function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** Works as long as the other lets it, turn by turn. */
async function blockTurns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    block(50);
    await sleep(15);
  }
}

test('a loop that is blocked again and again shows late timers and little idle time, one that rests neither', async () => {
  using meter = createEventLoopMeter();
  do {
    await blockTurns();
    meter.sample();
  } while (meter.lag < 20 || meter.utilization < 0.5);
  do {
    await sleep(100);
    meter.sample();
  } while (meter.lag > 20 || meter.utilization > 0.5);
  expect(meter.lag).toBeGreaterThanOrEqual(0);
});

test('a loop that works most of the time is busy, one that rests is not', async () => {
  const isBusy = createBusyness();
  do await blockTurns();
  while (!isBusy());
  do await sleep(100);
  while (isBusy());
  expect(isBusy()).toBe(false);
});
