import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { drills } from '../../../scripts/src/chaos/drills.ts';
import { interruptDrills, isLeftBroken, ownStacks, standing } from '../support/drills.ts';
import { checkout, project } from '../support/place.ts';
import { run } from '../support/programs.ts';
import { autoscaler, holdTwo, rest, untilServing } from '../support/stack.ts';

/** About what a drill takes when nobody interrupts it, in seconds. */
const length = 60;
/** And one with a stack of its own, which is made first. */
const ownLength = 70;
/** Moments that were tried, and in which phase each fell. */
const tried: string[] = [];

beforeEach(async () => {
  await rest();
  await holdTwo();
}, 150_000);
afterAll(async () => {
  process.stdout.write(`\ninterrupted:\n${tried.join('\n')}\n`);
  await rest();
}, 150_000);

const shuffled = drills
  .map(({ name }) => ({ name, at: Math.random() }))
  .toSorted((a, b) => a.at - b.at)
  .map(({ name }) => name);

/** So many moments, one in each equal part of a drill's time, each of another drill; every other while the autoscaler is paused. */
const momentsOf = (by: 'SIGINT' | 'SIGTERM', count: number, first: number) =>
  Array.from({ length: count }, (_, part) => ({
    drill: shuffled[(first + part) % shuffled.length] ?? '',
    seconds: Math.round(((part + Math.random()) * length * 10) / count) / 10,
    by,
    paused: part % 2 === 1,
  }));

test.each([...momentsOf('SIGINT', 10, 0), ...momentsOf('SIGTERM', 3, 10)])(
  '$drill, ended after $seconds s by $by, leaves everything as before',
  async ({ by, drill, paused, seconds }) => {
    if (paused) await autoscaler.ask('pause');
    const before = await standing();
    const { code, phase, signal } = await interruptDrills(seconds, by, `--${drill}`);
    const how = signal ?? `code ${code}`;
    tried.push(`${seconds.toFixed(1).padStart(6)} s  ${by}  ${phase}: ended with ${how}`);
    // Before it listens a signal ends it at once; when all has been proven it is too late to interrupt anything.
    const late = phase === `${drill} counting clicks` || phase === `${drill} after`;
    expect(phase === 'before the first drill' ? ['code 1', by] : ['code 1', ...(late ? ['code 0'] : [])]).toContain(
      how,
    );
    expect(isLeftBroken()).toBe(false);
    await untilServing(2, 120_000);
    expect(await standing()).toEqual(before);
  },
  300_000,
);

const nothing = { containers: '', volumes: '', disks: false };

test('--disk-full, ended by Ctrl-C, leaves nothing of its own stack', async () => {
  const before = await standing();
  const { phase } = await interruptDrills(Math.random() * ownLength, 'SIGINT', '--disk-full');
  tried.push(`disk-full  SIGINT  ${phase}`);
  expect([await ownStacks(), isLeftBroken(), await standing()]).toEqual([nothing, false, before]);
}, 600_000);

test('--disk-full, killed → --undo removes its own stack, and no other that the environment names', async () => {
  const before = await standing();
  const { phase } = await interruptDrills((0.3 + Math.random() / 3) * ownLength, 'SIGKILL', '--disk-full');
  tried.push(`disk-full  SIGKILL  ${phase}`);
  expect(isLeftBroken()).toBe(true);
  const env = { COMPOSE_PROJECT_NAME: project };
  const { code, stderr } = await run(join(checkout, 'scripts', 'chaos-test.sh'), ['--undo'], { env });
  expect([code, stderr]).toEqual([0, '']);
  expect([await ownStacks(), isLeftBroken(), await standing()]).toEqual([nothing, false, before]);
}, 600_000);
