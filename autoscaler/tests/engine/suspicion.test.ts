import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createSuspicion } from '../../src/engine/suspicion.ts';

/** A suspicion whose looks find these, one after the other; `found` is how many there were. */
function start(finds: boolean[]) {
  const looked = { found: 0, gone: false };
  const answers = async () => finds[looked.found++] ?? true;
  const { suspect, gone } = createSuspicion({ answers, wait: () => turn() });
  gone.then(() => {
    looked.gone = true;
  });
  const settle = async () => {
    for (let turns = 0; turns < 30; turns++) await turn();
  };
  return { looked, suspect, settle };
}

test('an engine that nobody has found for five looks is gone', async () => {
  const { looked, suspect, settle } = start([false, false, false, false, false]);
  await settle();
  expect(looked).toEqual({ found: 0, gone: false });
  suspect();
  suspect();
  await settle();
  expect(looked).toEqual({ found: 5, gone: true });
});

test('one that is back in between is not, and the next failure begins anew', async () => {
  const { looked, suspect, settle } = start([false, false, false, false, true, false, true]);
  suspect();
  await settle();
  expect(looked).toEqual({ found: 5, gone: false });
  suspect();
  await settle();
  expect(looked).toEqual({ found: 7, gone: false });
});
