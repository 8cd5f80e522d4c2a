import { afterAll, expect, test } from '@jest/globals';
import { faultyImage } from '../support/faults.ts';
import { startLoad } from '../support/load.ts';
import { mustScript, script } from '../support/programs.ts';
import { rest } from '../support/stack.ts';

afterAll(async () => void (await rest()));

test('five replicas, the most that are allowed, roll in a minute and go back in half of one, and no request fails', async () => {
  await rest();
  await mustScript('scale', '5');
  const { image } = await faultyImage('none');
  await using load = await startLoad({ connections: 8 });
  const started = Date.now();
  expect(await script('release', image)).toMatchObject({ code: 0 });
  const rolled = Date.now();
  expect(await script('rollback')).toMatchObject({ code: 0 });
  const back = Date.now();
  expect((await load.stop()).failures).toEqual([]);
  expect(rolled - started).toBeLessThan(60_000);
  expect(back - rolled).toBeLessThan(30_000);
}, 300_000);
