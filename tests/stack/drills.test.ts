import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { interruptDrills, isLeftBroken, lastReport, standing } from './support/drills.ts';
import { lowerMonitoring, raiseMonitoring } from './support/monitoring.ts';
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
      // One of the fault and one of its end. A cache and a queue that are away are two faults.
      if (drill === 'postgres-down') expect(report?.measured.mails?.messages).toBe(2);
      expect([await standing(), isLeftBroken()]).toEqual([before, false]);
    },
    300_000,
  );

  test('interrupted in the middle of a fault, everything is as before', async () => {
    const before = await standing();
    await interruptDrills(20, 'SIGINT', '--redis-hang');
    expect([await standing(), isLeftBroken()]).toEqual([before, false]);
  }, 180_000);
});
