import { describe, expect, test } from '@jest/globals';
import { alerts } from '../../src/rules/groups.ts';
import { type Story, tell } from '../support/promtool.ts';
import { gauge, healthy, idle, series, type World } from '../support/world.ts';
import type { Case } from './cases/case.ts';
import { cases } from './cases.ts';

const { up } = series;

/** What was before, at least a step of it; then the world of the case; then, for the resolved one, healthy again. */
function story(
  name: string,
  { alert, before = { seconds: 60 }, severity, step = 5 }: Case,
  worlds: readonly [World, number][],
  expected: [number, number][],
): Story {
  const calm = Math.max(1, Math.round(before.seconds / step));
  return {
    name,
    step,
    phases: [
      { world: { ...healthy, ...before.world }, steps: calm },
      ...worlds.map(([world, seconds]) => ({ world: { ...healthy, ...world }, steps: Math.ceil(seconds / step) + 1 })),
    ],
    expect: expected.map(([after, firing]) => ({
      at: calm * step + after,
      alert,
      firing,
      ...(severity !== undefined && { severity }),
    })),
  };
}

function storiesOf(one: Case): Story[] {
  const { above, alert, below, cure, cured = {}, lasts, notBefore } = one;
  const early: [number, number][] = notBefore === undefined ? [] : [[notBefore, 0]];
  return [
    story(
      `${alert}: just below → silent`,
      one,
      [[below, lasts + cure]],
      [
        [lasts, 0],
        [lasts + cure, 0],
      ],
    ),
    story(`${alert}: just above → fires, not before its time`, one, [[above, lasts]], [...early, [lasts, 1]]),
    story(
      `${alert}: cured → resolved`,
      one,
      [
        [above, lasts],
        [cured, cure + 60],
      ],
      [
        [lasts, 1],
        [lasts + cure + 5, 0],
      ],
    ),
  ];
}

describe('each alert, in the rule engine of Prometheus', () => {
  test.each([...new Set(alerts.map(({ name }) => name))].filter((name) => name !== 'Watchdog'))(
    '%s: just below → silent; just above → fires; cured → resolved',
    async (name) => {
      const own = cases.filter(({ alert }) => alert === name);
      expect(own.length).toBeGreaterThan(0);
      for (const one of own) expect(await tell(storiesOf(one))).toBe('');
    },
  );

  const firing = (world: World, counts: Readonly<Record<string, number>>): Story => ({
    name: 'all alerts',
    step: 5,
    phases: [{ world, steps: 400 }],
    expect: [...new Set(alerts.map(({ name }) => name))].map((alert) => ({
      at: 1_800,
      alert,
      firing: counts[alert] ?? 0,
    })),
  });

  test('half an hour of a healthy stack → none but Watchdog', async () => {
    expect(await tell([firing(healthy, { Watchdog: 1 })])).toBe('');
  });

  test('no traffic → none but Watchdog', async () => {
    expect(await tell([firing(idle, { Watchdog: 1 })])).toBe('');
  });

  test('the stack has just begun → what is not there yet is no alert for a minute and a half', async () => {
    const { [up('app')]: _gone, ...others } = healthy;
    const world = { ...others, 'process_start_time_seconds{job="prometheus"}': gauge(0) };
    const at = (seconds: number, count: number) => ({ at: seconds, alert: 'ServiceDown', firing: count });
    const expected = [at(85, 0), at(125, 1)];
    expect(await tell([{ name: 'begins', step: 5, phases: [{ world, steps: 60 }], expect: expected }])).toBe('');
  });

  test('the autoscaler is killed, and with it goes all that it tells → that it is down, and nothing else', async () => {
    const gone = (series: string) => series.includes('job="autoscaler"');
    const world = Object.fromEntries(Object.entries(healthy).filter(([series]) => !gone(series)));
    const phases = [
      { world: healthy, steps: 60 },
      { world, steps: 340 },
    ];
    expect(await tell([{ ...firing({}, { ServiceDown: 1, Watchdog: 1 }), phases }])).toBe('');
    const at = (seconds: number, count: number) => ({ at: 300 + seconds, alert: 'ServiceDown', firing: count });
    expect(await tell([{ name: 'killed', step: 5, phases, expect: [at(15, 0), at(30, 1)] }])).toBe('');
  });

  test('no series at all → what is absent is down, and nothing else is guessed', async () => {
    const absent = { ServiceDown: 3, RedisDown: 2, PostgresDown: 1, Watchdog: 1 };
    expect(await tell([firing({}, absent)])).toBe('');
  });
});
