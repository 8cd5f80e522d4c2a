import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChaosReport } from '../../scripts/src/chaos/report.ts';
import { interruptDrills, isLeftBroken, standing } from './support/drills.ts';
import { lowerMonitoring, raiseMonitoring } from './support/monitoring.ts';
import { checkout } from './support/place.ts';
import { script } from './support/programs.ts';
import { holdTwo, rest } from './support/stack.ts';

beforeAll(() => raiseMonitoring(), 600_000);
afterAll(async () => {
  await rest();
  await lowerMonitoring();
}, 300_000);
// Replicas that come and go for what else the machine does would raise alerts that no drill expects.
beforeEach(async () => {
  await rest();
  await holdTwo();
}, 150_000);

async function lastReport(): Promise<ChaosReport> {
  const files = await Array.fromAsync(glob(join(checkout, 'results', 'chaos-*.json')));
  return JSON.parse(await readFile(files.toSorted().at(-1) ?? '', 'utf8')) as ChaosReport;
}

describe('drills', () => {
  test.each(['redis-down', 'replica-kill', 'postgres-hang', 'postgres-down'])(
    '%s passes, who must know was told by mail, and all is as before',
    async (drill) => {
      const before = await standing();
      const { code, stdout, stderr } = await script('chaos-test.sh', `--${drill}`);
      expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
      const [report] = (await lastReport()).drills;
      expect(report?.measured.felt).toBe(true);
      expect(report?.measured.clicks.answered).toBeGreaterThan(500);
      if (report?.alert !== null) {
        expect(report?.times.notify).toBeLessThanOrEqual(60);
        expect(report?.times.resolve).toBeLessThanOrEqual(90);
      }
      expect([await standing(), isLeftBroken()]).toEqual([before, false]);
    },
    300_000,
  );

  test('interrupted in the middle of a fault, everything is as before', async () => {
    const before = await standing();
    await interruptDrills(20, '--redis-hang');
    expect([await standing(), isLeftBroken()]).toEqual([before, false]);
  }, 180_000);
});
