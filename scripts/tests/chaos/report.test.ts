import { describe, expect, test } from '@jest/globals';
import { drawDrills, drawOnTerminal, sparkline } from '../../src/chaos/picture.ts';
import { type DrillReport, describeChaos } from '../../src/chaos/report.ts';
import { timesOf } from '../../src/chaos/verdict.ts';
import { result } from '../load/fixtures.ts';
import { expectation, failure, measured } from './fixtures.ts';

const drill = (change: Partial<DrillReport> = {}): DrillReport => ({
  name: 'redis-down',
  title: 'Cache and queue are gone',
  at: '2026-01-01T00:00:00.000Z',
  alert: 'RedisDown',
  measured: measured(),
  times: timesOf(expectation(), measured()),
  paces: { before: { rate: 100, p95: 5 }, during: { rate: 90, p95: 640 } },
  problems: [],
  start: 90_000,
  seconds: [
    [0, { sent: 100, open: 0, failed: 0, refused: 0, p95: 5 }],
    [1, { sent: 50, open: 0, failed: 3, refused: 1, p95: 40 }],
  ],
  moments: [
    { seconds: 0, replicas: 2, firing: 0 },
    { seconds: 1, replicas: 2, firing: 1 },
  ],
  ...change,
});

const report = (drills: DrillReport[]) =>
  describeChaos(
    {
      format: 1,
      command: 'scripts/chaos-test.sh --redis-down',
      at: 'now',
      machine: result().machine,
      rate: 100,
      drills,
    },
    'a.svg',
  );

describe('the report of drills', () => {
  test('a row has the verdict, what was lost, and every time', () =>
    expect(report([drill()])).toContain(
      '| redis-down | passed | 0 | 0 / 0 of 4,750 | RedisDown | 31.0 s | 38.0 s | 30.0 s | 2.0 s |',
    ));
  test('one that failed says why, and what failed by kind', () => {
    const bad = drill({
      problems: ['1 redirects failed'],
      measured: measured({
        failures: [
          failure('redirect', 0),
          failure('redirect', 302),
          failure('write', 503, true),
          failure('write', 503, true),
        ],
      }),
    });
    const text = report([drill(), bad]);
    expect(text).toContain('**1 of 2 passed.**');
    expect(text).toContain('- **not as expected:** 1 redirects failed');
    expect(text).toContain(
      '1 × redirect without answer, 1 × redirect 302 to elsewhere, 2 × write 503 with Retry-After',
    );
  });
  test('the pace before and meanwhile; a p95 that never left its bound did not come back either', () => {
    expect(report([drill()])).toMatch(
      /100 answers a second before, 90 meanwhile; .* 640 ms at worst from the fault on$/m,
    );
    const quick = drill({ paces: { before: { rate: 100, p95: 5 }, during: { rate: 800, p95: 48 } } });
    expect(report([quick])).toMatch(/48 ms at worst from the fault on: it was never over 500 ms$/m);
  });
  test('from when on users were served quickly while it still lasted, or that they were not', () => {
    expect(report([drill()])).toContain(
      '- while it lasted, 19 of 20 were served within 500 ms in each second: from 0.0 s after its beginning on',
    );
    const slow = drill({ times: timesOf(expectation(), measured({ fast: undefined })) });
    expect(report([slow])).toContain('within 500 ms in each second: not at its end');
  });
  test('when chat was told, where that was seen', () => {
    expect(report([drill()])).not.toContain('chat');
    expect(report([drill()])).toContain('- mails about its alert: 2\n');
    const seen = measured({ chat: { firing: 139_000, resolved: 162_000, messages: 3 } });
    expect(report([drill({ measured: seen, times: timesOf(expectation(), seen) })])).toContain(
      '- chat: told after 39.0 s, of its end 12.0 s after the cure; messages: 3',
    );
  });
  test('alerts that it has raised, and those that fired before it', () =>
    expect(report([drill()])).toContain('- alerts: RedisDown; from before: Watchdog\n'));
  test('what was not watched is said', () => {
    const text = report([drill({ measured: measured({ alerts: undefined, mails: undefined }) })]);
    expect(text).toContain('alerts: not watched');
  });
});

describe('the picture of drills', () => {
  test('a row of blocks has its largest value full, and nothing where nothing was', () =>
    expect(sparkline([0, 1, 4, 8])).toBe(' ▂▅█'));
  test('many values share a block with their largest', () => expect(sparkline([1, 1, 1, 9], 2)).toBe('▁█'));
  test('on a terminal: requests, failures, replicas, alerts', () =>
    expect(drawOnTerminal(drill()).map((line) => line.trim().split(/\s+/)[0])).toEqual([
      'requests',
      'failed',
      'p95',
      'replicas',
      'alerts',
    ]));
  test('as SVG: the fault and its cure are marked', () => {
    const svg = drawDrills([drill()], 'drills');
    expect(svg).toContain('redis-down');
    expect(svg).toContain('cure');
    expect(svg.match(/<path/g)).toHaveLength(6);
  });
});
