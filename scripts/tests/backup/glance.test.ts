import { expect, test } from '@jest/globals';
import { createGlance } from '../../src/backup/glance.ts';

const minute = 60_000;

function open() {
  let at = 0;
  const looks: PromiseWithResolvers<string>[] = [];
  const glance = createGlance(
    () => {
      const look = Promise.withResolvers<string>();
      looks.push(look);
      return look.promise;
    },
    () => at,
  );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const pass = (time: number) => {
    at += time;
  };
  return { glance, looks, settled, pass };
}

test('all who ask before the first answer wait for one look', async () => {
  const { glance, looks } = open();
  const both = [glance(), glance()];
  looks[0]?.resolve('first');
  expect([await Promise.all(both), looks.length]).toEqual([['first', 'first'], 1]);
});

test('within a minute nobody looks again; after it the old answer is given while one look goes on', async () => {
  const { glance, looks, settled, pass } = open();
  const first = glance();
  looks[0]?.resolve('first');
  await first;
  pass(minute - 1);
  expect([await glance(), looks.length]).toEqual(['first', 1]);
  pass(1);
  expect([await glance(), await glance(), looks.length]).toEqual(['first', 'first', 2]);
  looks[1]?.resolve('second');
  await settled();
  expect([await glance(), looks.length]).toEqual(['second', 2]);
});

test('a look that fails leaves no answer: whoever asks next waits for another', async () => {
  const { glance, looks, settled, pass } = open();
  const first = glance();
  looks[0]?.resolve('first');
  await first;
  pass(minute);
  expect(await glance()).toBe('first');
  looks[1]?.reject(new Error('away'));
  await settled();
  const next = glance();
  looks[2]?.reject(new Error('still away'));
  await expect(next).rejects.toThrow('still away');
});
