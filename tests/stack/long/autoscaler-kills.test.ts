import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { watchBounds } from '../support/bounds.ts';
import { startLoad } from '../support/load.ts';
import { project } from '../support/place.ts';
import { docker } from '../support/programs.ts';
import {
  addressOf,
  autoscaler,
  eventually,
  rest,
  servingNames,
  untilServing,
  upstreamAddresses,
} from '../support/stack.ts';

const kills = 20;
const scaler = `${project}-autoscaler-1`;

/** The engine waits ever longer, up to a minute, before it starts again what lived for less than ten seconds. */
const untilForgiven = () =>
  eventually('it has run for ten seconds', async () => {
    const since = Date.parse(await docker('inspect', '--format', '{{.State.StartedAt}}', scaler));
    return Date.now() - since > 11_000 ? true : undefined;
  });

test(`the autoscaler is killed ${kills} times while it scales: each time it converges, within its bounds all the while, and no GET fails`, async () => {
  await rest();
  await using load = await startLoad({ connections: 4 });
  await using bounds = watchBounds({ min: 2, max: 5 });
  for (let count = 0; count < kills; count += 1) {
    const wanted = count % 2 === 0 ? 4 : 2;
    await untilForgiven();
    await autoscaler.ask('pin', String(wanted));
    await sleep(Math.random() * 4_000);
    const pid = await docker('inspect', '--format', '{{.State.Pid}}', scaler);
    process.kill(Number(pid), 'SIGKILL');
    await untilServing(wanted, 90_000);
    const addresses = await Promise.all((await servingNames()).map(addressOf));
    expect((await upstreamAddresses()).toSorted()).toEqual(addresses.toSorted());
  }
  const { broken, looks } = await bounds.stop();
  expect(broken).toEqual([]);
  expect(looks).toBeGreaterThan(10 * kills);
  const { failures } = await load.stop();
  expect(failures.filter(({ method }) => method === 'GET')).toEqual([]);
}, 900_000);
