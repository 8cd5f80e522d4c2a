import { expect, test } from '@jest/globals';
import { stampOf } from '../../src/redirects/entry.ts';
import { createLease } from '../../src/redirects/lease.ts';

/** A lease of 250 ms with a clock and a Postgres that the test moves. */
function setUp(epochInPostgres?: number | 'away') {
  const epoch = epochInPostgres === 'away' ? undefined : (epochInPostgres ?? 1);
  const world: { time: number; epoch: number | undefined; resets: number } = { time: 1_000, epoch, resets: 0 };
  const lease = createLease({
    lease: 250,
    now: () => world.time,
    readEpoch: async () => {
      if (world.epoch === undefined) return false;
      lease.onEpoch(world.epoch);
      return true;
    },
    onReset: () => {
      world.resets += 1;
    },
    stampOf,
  });
  return { world, lease, trusted: () => lease.trusted(world.time) };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('it is held from the connection and the read epoch on, and ends without a sign of life', async () => {
  const { world, lease, trusted } = setUp();
  expect(trusted()).toBe(false);
  lease.onConnected('run', world.time);
  expect(trusted()).toBe(false);
  await settled();
  expect([trusted(), lease.stamp]).toEqual([true, stampOf(1, 'run')]);
  world.time += 249;
  expect(trusted()).toBe(true);
  world.time += 1;
  expect(trusted()).toBe(false);
});

test('it counts from when the answered question was sent', async () => {
  const { world, lease, trusted } = setUp();
  lease.onConnected('run', world.time);
  await settled();
  world.time += 200;
  lease.onBeat(world.time - 100);
  world.time += 149;
  expect(trusted()).toBe(true);
  world.time += 1;
  expect(trusted()).toBe(false);
});

test('after a lapse the epoch is read again, and a moved one resets all', async () => {
  const { world, lease, trusted } = setUp();
  lease.onConnected('run', world.time);
  await settled();
  world.time += 300;
  world.epoch = 2;
  const { resets } = world;
  lease.onBeat(world.time);
  expect(trusted()).toBe(false);
  await settled();
  expect([trusted(), lease.stamp, world.resets]).toEqual([true, stampOf(2, 'run'), resets + 1]);
});

test('after a lapse without a lost connection, what was cached is still good', async () => {
  const { world, lease, trusted } = setUp();
  lease.onConnected('run', world.time);
  await settled();
  const { resets } = world;
  world.time += 300;
  lease.onBeat(world.time);
  await settled();
  expect([trusted(), world.resets]).toEqual([true, resets]);
});

test('a lost connection ends it at once, and the next one starts empty', async () => {
  const { world, lease, trusted } = setUp();
  lease.onConnected('run', world.time);
  await settled();
  const { generation } = lease;
  lease.onLost();
  expect([trusted(), lease.connected]).toEqual([false, false]);
  expect(lease.generation).not.toBe(generation);
  lease.onBeat(world.time);
  expect(trusted()).toBe(false);
  const { resets } = world;
  lease.onConnected('other', world.time);
  await settled();
  expect([trusted(), world.resets, lease.stamp]).toEqual([true, resets + 1, stampOf(1, 'other')]);
});

test('a connection that is lost while the epoch is read is not trusted', async () => {
  const { world, lease, trusted } = setUp();
  lease.onConnected('run', world.time);
  lease.onLost();
  await settled();
  expect(trusted()).toBe(false);
});

test('without Postgres the last known epoch stands, and none at all is none', async () => {
  const { world, lease, trusted } = setUp();
  lease.onConnected('run', world.time);
  await settled();
  world.epoch = undefined;
  lease.onLost();
  lease.onConnected('run', world.time);
  await settled();
  expect(trusted()).toBe(true);
  const never = setUp('away');
  never.lease.onConnected('run', 1_000);
  await settled();
  expect(never.trusted()).toBe(false);
  never.world.epoch = 5;
  never.lease.onEpoch(5);
  await settled();
  expect(never.trusted()).toBe(true);
});

test('an epoch that only seems to go back changes nothing', async () => {
  const { world, lease } = setUp(3);
  lease.onConnected('run', world.time);
  await settled();
  const { generation } = lease;
  lease.onEpoch(2);
  lease.onEpoch(3);
  expect([lease.generation, lease.stamp]).toEqual([generation, stampOf(3, 'run')]);
});
