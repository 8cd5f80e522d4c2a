import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { isLeftBroken, ownStacks, standing } from '../support/drills.ts';
import { script } from '../support/programs.ts';
import { holdTwo, rest } from '../support/stack.ts';

beforeEach(async () => {
  await rest();
  await holdTwo();
}, 150_000);
afterAll(async () => void (await rest()), 150_000);

test("Postgres' disk is full → writes are told to come again, redirects go on, no click is lost; nothing is left", async () => {
  const before = await standing();
  const { code, stdout, stderr } = await script('chaos-test.sh', '--disk-full');
  expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  expect(await ownStacks()).toEqual({ containers: '', volumes: '', disks: false });
  expect([await standing(), isLeftBroken()]).toEqual([before, false]);
}, 600_000);
