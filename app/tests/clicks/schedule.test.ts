import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Load } from '../../src/clicks/pace.ts';
import { startSchedule } from '../../src/clicks/schedule.ts';
import { until } from '../support/until.ts';

function start({ load = 'idle' as Load, fail = false } = {}) {
  const state = { load, fail, filled: 0, asked: 0, ingested: 0, failures: 0 };
  const schedule = startSchedule({
    ingest: async () => {
      state.ingested += 1;
      if (state.fail) throw new Error('no store');
      return 0;
    },
    takeOver: async () => {},
    load: () => {
      state.asked += 1;
      return state.load;
    },
    filled: () => state.filled,
    failed: () => {
      state.failures += 1;
    },
  });
  return { state, schedule };
}

test('it looks by itself, and whenever it is woken', async () => {
  const { state, schedule } = start();
  await until(() => state.ingested >= 1);
  for (let n = 2; n < 20; n++) {
    schedule.wake();
    await until(() => state.ingested >= n);
  }
  await schedule[Symbol.asyncDispose]();
});

test('while redirects need the processor it waits, until they do not or the queue is half full', async () => {
  const { state, schedule } = start({ load: 'saturated' });
  schedule.wake();
  await until(() => state.asked === 3);
  expect(state.ingested).toBe(0);
  state.filled = 0.5;
  await until(() => state.ingested > 0);
  await schedule[Symbol.asyncDispose]();
});

test('a failure is told and tried again; the end is the end', async () => {
  const { state, schedule } = start({ fail: true });
  schedule.wake();
  await until(() => state.failures === 2);
  await schedule[Symbol.asyncDispose]();
  const { ingested, asked } = state;
  schedule.wake();
  await turn();
  expect(state).toMatchObject({ ingested, asked });
});
