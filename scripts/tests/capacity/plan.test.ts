import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describePlan } from '../../src/capacity/describe.ts';
import { bears, cheapest, limitsOf, tooTight } from '../../src/capacity/limits.ts';
import { bearable, planFor, predictBreakpoint } from '../../src/capacity/plan.ts';
import { demand, figures } from './fixtures.ts';

const plan = planFor(figures, demand);
const [large, small] = figures.machines.list;

describe('what a demand takes', () => {
  test('CPU: hits, misses and creates by what each costs, and what runs at rest', () => {
    // 1,000 × (100 + 0.5 × 100) + 100 × 500 µs, and 0.1
    expect(plan.cpus.all).toBeCloseTo(0.15 + 0.05 + 0.1, 9);
    expect(plan.cpus.app).toBeCloseTo((1_000 * 80 + 100 * 250) / 1e6, 9);
  });
  test('CPU: what monitoring takes, in a profile that has some', () => {
    const full = planFor(figures, { ...demand, profile: 'full' });
    expect([full.cpus.monitoring, full.cpus.all - plan.cpus.all]).toEqual([0.3, expect.closeTo(0.3, 9)]);
  });
  test('transfer: of the clicks that the disk keeps, whatever the busiest moment is', () => {
    expect(plan.transferTb).toBeCloseTo((1e6 * 30.4 * 4_000) / 1e12, 9);
    expect(planFor(figures, { ...demand, rate: 50_000 }).transferTb).toBe(plan.transferTb);
  });
  test('replicas: none busier than the share at which one is added, and never fewer than two', () => {
    expect(plan.replicas).toBe(2);
    expect(planFor(figures, { ...demand, rate: 20_000, hitRatio: 1, creates: 0 }).replicas).toBe(Math.ceil(1 / 0.45));
  });
  test('memory and connections grow with the replicas', () => {
    expect(plan.memoryMb).toBe(300 + 800 + 2 * 200);
    expect(plan.monitoringMb).toBe(0);
    expect(planFor(figures, { ...demand, profile: 'full' }).memoryMb).toBe(300 + 800 + 2 * 200 + 350);
    expect(plan.connections).toBe(8 + 2 * 12);
  });
  test('disk: events for as long as they are kept, sums for ever', () => {
    const { afterDay, afterYear } = plan.disk;
    const perDay = (1e6 * 250) / 2 ** 30;
    expect(afterDay.clicks).toBeCloseTo(perDay + 1e7 / 2 ** 30, 6);
    const short = planFor(figures, { ...demand, retention: 1 });
    expect(afterYear.clicks - short.disk.afterYear.clicks).toBeCloseTo(10 * 30.4 * perDay, 6);
  });
  test('disk: backups lie on the same one, and a drill wants room for a second database', () => {
    const { fixed, urls, clicks, backups, drill, all } = plan.disk.afterYear;
    expect(backups).toBeCloseTo(2 * 0.5 * (urls + clicks), 6);
    expect(drill).toBeCloseTo(1.1 * (urls + clicks) + 1e9 / 2 ** 30, 6);
    expect(all).toBeCloseTo(fixed + urls + clicks + backups + drill, 6);
    const more = planFor({ ...figures, bounds: { ...figures.bounds, backupsKept: 3 } }, demand);
    expect(more.disk.afterYear.all - all).toBeCloseTo(0.5 * (urls + clicks), 6);
  });
  test('more of anything never takes less', () => {
    const more = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(more, more, (one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)].map((rate) =>
          planFor(figures, { ...demand, rate }),
        );
        expect((low?.cpus.all ?? 0) <= (high?.cpus.all ?? 0)).toBe(true);
        expect((low?.memoryMb ?? 0) <= (high?.memoryMb ?? 0)).toBe(true);
      }),
    );
  });
});

describe('the first limit', () => {
  test('is the fullest one, and comes with what to change', () => {
    if (!small) throw new Error('no machine');
    const [first, ...rest] = limitsOf(figures, plan, small);
    expect(first).toMatchObject({
      what: 'disk after a year',
      // Sold in GB of a thousand million bytes, of which a fifth stays free.
      has: expect.closeTo(((60 * 1e9) / 2 ** 30) * 0.8, 9),
      change: expect.stringContaining('EVENT_RETENTION_MONTHS'),
    });
    expect(rest.every(({ used, has }) => used / has <= (first ? first.used / first.has : 0))).toBe(true);
  });
  test('the cheapest machine that bears all of it, or none', () => {
    expect(cheapest(figures, planFor(figures, { ...demand, clicksPerDay: 300_000, retention: 1 }))).toBe(small);
    expect(cheapest(figures, plan)).toBe(large);
    expect(cheapest(figures, planFor(figures, { ...demand, rate: 1e6 }))).toBeUndefined();
    if (!small) throw new Error('no machine');
    expect(bears(limitsOf(figures, planFor(figures, { ...demand, rate: 1e6 }), small))).toBe(false);
  });
});

describe('what the stack allows itself', () => {
  const plenty = planFor(figures, { ...demand, rate: 50_000, hitRatio: 1, creates: 4_000, retention: 1 });
  const machine = { name: 'huge', cores: 32, memoryMb: 65_536, diskGb: 640, transferTb: 9, dollars: 400 };
  test('is a limit with what to change, and no reason for another machine', () => {
    const limits = limitsOf(figures, plenty, machine);
    expect(bears(limits)).toBe(true);
    expect(tooTight(limits).map(({ what, used, has }) => [what, used, has])).toEqual([
      ['replicas', 8, 5],
      ['Postgres connections', 8 + 8 * 12, 96],
      ['CPU of Postgres', expect.closeTo(1.3, 9), expect.closeTo(1.2, 9)],
      ['CPU of nginx', expect.closeTo(1.7, 9), expect.closeTo(1.6, 9)],
    ]);
    const names = ['AUTOSCALER_MAX', 'NGINX_CPUS', 'POSTGRES_CPUS', 'CONNECTIONS_PER_REPLICA'];
    for (const name of names) expect(limits.some(({ change }) => change.includes(name))).toBe(true);
  });
  test('is said with the machine that bears the rest', () => {
    const huge = { ...figures, machines: { note: '', list: [machine] } };
    const said = describePlan(huge, { ...demand, rate: 50_000, hitRatio: 1, creates: 4_000, retention: 1 });
    expect(said).toContain('| with other settings |');
    expect(said).toContain('- replicas: 8 instead of 5: a larger AUTOSCALER_MAX');
    expect(describePlan(huge, demand)).not.toContain('What is to be set');
  });
});

describe('how much a machine bears', () => {
  test('the CPUs that may be busy, less what runs at rest, over what a redirect costs', () => {
    const machine = { cores: 2, hitRatio: 1, profile: 'core' } as const;
    expect(bearable(figures, machine)).toBeCloseTo(1.5 / 100e-6, 6);
    expect(bearable(figures, { ...machine, hitRatio: 0 })).toBeCloseTo(1.5 / 200e-6, 6);
    expect(bearable(figures, { ...machine, cores: 0.1 })).toBe(0);
    expect(bearable(figures, { ...machine, profile: 'full' })).toBeCloseTo(1.2 / 100e-6, 6);
  });
  test('the generator beside it takes its share', () =>
    expect(predictBreakpoint(figures)).toEqual({ perSecond: expect.closeTo(7_500, 6), off: expect.closeTo(0, 9) }));
});
