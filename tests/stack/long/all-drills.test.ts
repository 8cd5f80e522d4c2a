import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drills } from '../../../scripts/src/chaos/drills.ts';
import type { ChaosReport } from '../../../scripts/src/chaos/report.ts';
import type { Ran } from '../../../scripts/src/platform/run.ts';
import { withValues } from '../../../scripts/src/secrets/environment-file.ts';
import { isLeftBroken, lastReport, standing } from '../support/drills.ts';
import { lowerMonitoring, raiseMonitoring } from '../support/monitoring.ts';
import { checkout, settings } from '../support/place.ts';
import { script } from '../support/programs.ts';
import { rest, untilServing } from '../support/stack.ts';

const { AUTOSCALER_TARGET_PERCENT, AUTOSCALER_DOWN_WINDOW_SECONDS, AUTOSCALER_DOWN_PERIOD_SECONDS } = settings;
const quick = { AUTOSCALER_TARGET_PERCENT, AUTOSCALER_DOWN_WINDOW_SECONDS, AUTOSCALER_DOWN_PERIOD_SECONDS };
/** As they are where nobody sets them: drills answer for a stack as people run it. */
const usual = Object.fromEntries(Object.keys(quick).map((name) => [name, '']));

async function change(values: Readonly<Record<string, string>>): Promise<void> {
  const file = join(checkout, '.env');
  await writeFile(file, withValues(await readFile(file, 'utf8'), values));
}

let ran: Ran;
let report: ChaosReport;
let before: Awaited<ReturnType<typeof standing>>;

beforeAll(async () => {
  // People are told by mail and by chat, and the drill is both.
  await change({ ...usual, DISCORD_WEBHOOK_URL: 'http://host.docker.internal:18126/drills' });
  await raiseMonitoring();
  await rest();
  before = await standing();
  ran = await script('chaos-test.sh', '--all');
  report = await lastReport();
}, 2_100_000);
afterAll(async () => {
  await change({ ...quick, DISCORD_WEBHOOK_URL: '' });
  await lowerMonitoring();
  await rest();
}, 300_000);

describe('every drill, one after another', () => {
  test('each was run, and the verdict is good', () => {
    expect([ran.code, ran.code === 0 ? '' : ran.stdout + ran.stderr]).toEqual([0, '']);
    expect(report.drills.map(({ name }) => name)).toEqual(drills.map(({ name }) => name));
  });
  test.each(drills.map(({ name }) => name))('%s: felt, clicks exact, who must know was told in time', (drill) => {
    const found = report.drills.find(({ name }) => name === drill);
    if (!found) throw new Error('it was not run');
    const { alert, measured, problems, times } = found;
    expect([measured.felt, problems]).toEqual([true, []]);
    expect(measured.clicks).toMatchObject({ missing: 0, doubled: 0 });
    expect(measured.clicks.answered).toBeGreaterThan(500);
    if (alert === null) return;
    expect(times.notify).toBeLessThanOrEqual(60);
    expect(times.resolve).toBeLessThanOrEqual(90);
    expect(times.chatNotify).toBeLessThanOrEqual(60);
    expect(times.chatResolve).toBeLessThanOrEqual(90);
    // One of the fault and one of its end, in each way. A cache and a queue that are away are two faults.
    if (drill === 'postgres-down') expect([measured.mails?.messages, measured.chat?.messages]).toEqual([2, 2]);
  });
  test('a spike is felt as one: ten times the answers, or users who wait, and quick again while it lasts', () => {
    const spike = report.drills.find(({ name }) => name === 'spike');
    const { before: usually, during } = spike?.paces ?? { before: { rate: 1 }, during: { rate: 0, p95: 0 } };
    expect(during.rate > 10 * usually.rate || during.p95 >= 500).toBe(true);
    expect(spike?.times.fast).toBeLessThanOrEqual(20);
  });
  test('all is as before', async () => {
    expect(isLeftBroken()).toBe(false);
    await untilServing(2, 300_000);
    expect(await standing()).toEqual(before);
  }, 330_000);
});
