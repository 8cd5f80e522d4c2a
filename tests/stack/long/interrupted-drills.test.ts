import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { interruptDrills, isLeftBroken, standing } from '../support/drills.ts';
import { script } from '../support/programs.ts';
import { autoscaler, holdTwo, rest, untilServing } from '../support/stack.ts';

/** One that tells the autoscaler something else and kills what nobody but it brings back, and one that kills what it must start again. */
const drills = ['--service-down', '--redis-down'];
/** Seconds that both take when nobody interrupts them. */
let length = 0;
/** Moments that were tried, and in which phase each fell. */
const tried: string[] = [];

beforeAll(async () => {
  await rest();
  await holdTwo();
  const start = performance.now();
  const { stdout, stderr } = await script('chaos-test.sh', ...drills);
  length = (performance.now() - start) / 1_000;
  // What they found is for others to judge; here they only have to come to their end.
  expect([stdout, stderr].join('\n')).toMatch(/^redis-down: (passed|FAILED)$/m);
}, 300_000);
beforeEach(async () => {
  await rest();
  await holdTwo();
}, 150_000);
afterAll(async () => {
  process.stdout.write(`\ninterrupted, of ${length.toFixed(0)} s:\n${tried.join('\n')}\n`);
  await rest();
}, 150_000);

/** One moment in each tenth of the whole; some by TERM; some while the autoscaler is paused. */
const moments = Array.from({ length: 10 }, (_, tenth) => ({
  share: Math.round((tenth + Math.random()) * 1_000) / 10_000,
  by: tenth % 3 === 2 ? ('SIGTERM' as const) : ('SIGINT' as const),
  paused: tenth % 2 === 1,
}));

test.each(moments)(
  'drills that are ended at $share of their time by $by leave everything as before',
  async (moment) => {
    if (moment.paused) await autoscaler.ask('pause');
    const before = await standing();
    const { code, phase, signal } = await interruptDrills(moment.share * length, moment.by, ...drills);
    const how = signal ?? `code ${code}`;
    tried.push(`${(moment.share * length).toFixed(1).padStart(6)} s  ${moment.by}  ${phase}: ended with ${how}`);
    // Before it listens a signal ends it at once; when all has been proven it is too late to interrupt anything.
    const late = phase === 'redis-down counting clicks' || phase === 'redis-down after';
    expect(
      phase === 'before the first drill' ? ['code 1', moment.by] : ['code 1', ...(late ? ['code 0'] : [])],
    ).toContain(how);
    expect(isLeftBroken()).toBe(false);
    await untilServing(2, 120_000);
    expect(await standing()).toEqual(before);
  },
  300_000,
);
