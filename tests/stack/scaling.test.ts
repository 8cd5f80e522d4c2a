import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startHeavyLoad } from './support/heavy-load.ts';
import { startLoad } from './support/load.ts';
import { mustScript } from './support/programs.ts';
import {
  addressOf,
  eventually,
  replicas,
  rest,
  servingNames,
  untilServing,
  upstreamAddresses,
} from './support/stack.ts';

beforeEach(async () => void (await rest()));
afterEach(async () => void (await rest()));

/** Milliseconds that one more replica takes to serve, from the command on, while there is nothing else to do. */
async function startAlone(): Promise<number> {
  const at = Date.now();
  await mustScript('scale', '3');
  const took = Date.now() - at;
  await rest();
  await untilServing(2);
  return took;
}

describe('scaling under load', () => {
  test('2 → 4 → 2 replicas while clients follow and create links: no request fails', async () => {
    await using load = await startLoad();
    await mustScript('scale', '4');
    expect(new Set(await upstreamAddresses()).size).toBe(4);
    await mustScript('scale', '2');
    const { failures, gets, posts } = await load.stop();
    expect(failures).toEqual([]);
    expect(gets).toBeGreaterThan(200);
    expect(posts).toBeGreaterThan(20);
  });

  test('a step of load: a new replica serves within 10 s, or in 2.5 times what it takes alone, and no request fails up and down again', async () => {
    const alone = await startAlone();
    const load = await startHeavyLoad({ connections: 128, pause: 30, postEvery: 4 });
    const at = Date.now();
    const third = eventually('a third replica serves', async () =>
      (await servingNames()).length > 2 ? Date.now() - at : undefined,
    );
    const took = await third.finally(async () => {
      const { broken, refused, requests } = await load.stop();
      expect([requests > 1_000, broken, refused]).toEqual([true, 0, 0]);
    });
    // Where a replica alone takes longer than four seconds, the machine is slow, and only what the step adds says anything.
    expect({ took, alone, inTime: took < Math.max(10_000, 2.5 * alone) }).toMatchObject({ inTime: true });
    // Far below what two replicas may have here on any machine: twenty a second were 10 % of each of three on a slow one.
    await using quiet = await startLoad({ connections: 2, pause: 250 });
    await untilServing(2, 120_000);
    expect((await quiet.stop()).failures).toEqual([]);
  }, 300_000);

  test('the upstream names just the replicas that there are, and Compose owns each of them', async () => {
    await mustScript('scale', '3');
    const names = (await replicas()).map(({ name }) => name);
    const addresses = await Promise.all(names.map(addressOf));
    expect((await upstreamAddresses()).toSorted()).toEqual(addresses.toSorted());
    await rest();
    await untilServing(2);
  });
});
