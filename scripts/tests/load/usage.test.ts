import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { momentsOf } from '../../src/load/moments.ts';
import { cpuSecondsOf, readProcesses } from '../../src/load/processes.ts';
import { afterWarmUp, cpusOf, replicasOver, servicesUse, slope, slopeNoise } from '../../src/load/usage.ts';

const container = (name: string, cpuSeconds: number, memoryBytes = 100) => ({
  service: 'app',
  name,
  cpuSeconds,
  memoryBytes,
  throttledSeconds: cpuSeconds / 10,
});

describe('what services used', () => {
  const looks = [
    { seconds: 0, containers: [container('a', 10)] },
    { seconds: 2, containers: [container('a', 11), container('b', 5)] },
    { seconds: 4, containers: [container('b', 6, 300)] },
  ];
  test('a replica that came or went counts between looks that both have it', () => {
    expect(cpusOf(looks, 'app')).toEqual([
      { seconds: 2, cpus: 0.5 },
      { seconds: 4, cpus: 0.5 },
    ]);
    const [app] = servicesUse(looks);
    expect(app).toMatchObject({
      service: 'app',
      cpus: 0.5,
      cpusMost: 0.5,
      memoryFirst: 100,
      memoryLast: 300,
      memoryMost: 300,
    });
    expect(app?.throttled).toBeCloseTo(0.05, 9);
  });
  test('replicas are counted at each look', () => {
    expect(replicasOver(looks)).toEqual({ first: 1, most: 2, last: 1 });
    expect(replicasOver([])).toBeUndefined();
  });
  test('one look says nothing', () => expect(servicesUse(looks.slice(0, 1))).toEqual([]));
  test('what was used in the warm-up is left out, also where k6 was late to begin', () => {
    const look = (seconds: number) => ({ seconds, containers: [] });
    const seconds = (found: { seconds: number }[]) => found.map((each) => each.seconds);
    expect(seconds(afterWarmUp([9, 10, 11, 20].map(look), 10, 10))).toEqual([10, 11, 20]);
    expect(seconds(afterWarmUp([9, 10, 11, 23].map(look), 10, 12))).toEqual([11, 23]);
    expect(seconds(afterWarmUp([9, 10].map(look), 10, 12))).toEqual([10]);
  });
  test('a slope comes with how steep chance can be: none on a line, much where looks differ', () => {
    const line = [0, 1, 2, 3].map((x) => [x, 2 * x] as const);
    expect(slopeNoise(line)).toBe(0);
    const noise = slopeNoise(line.map(([x, y]) => [x, y + (x % 2)] as const));
    expect(noise).toBeGreaterThan(0.2);
    expect(slopeNoise(line.slice(0, 2))).toBe(0);
  });
  test('growth is the slope of the line through all looks', () =>
    expect(
      slope([
        [0, 1],
        [1, 3],
        [2, 5],
      ]),
    ).toBe(2));
});

test('the rate of a moment is what came since the one before, with the replicas seen last', () => {
  const live = (seconds: number, requests: number) => ({ seconds, requests, failed: 0, dropped: 0, users: 1 });
  const looks = [{ seconds: 1.5, containers: [container('a', 1), container('b', 1)] }];
  const moments = momentsOf([live(1, 100), live(3, 500)], looks);
  expect(moments.map(({ perSecond, replicas }) => [perSecond, replicas])).toEqual([
    [100, undefined],
    [200, 2],
  ]);
});

test('a process stands for a service with what it has used and holds; one that is gone is left out', async () => {
  const [own, ...others] = await readProcesses([
    { service: 'app', pid: process.pid },
    { service: 'gone', pid: 2 ** 22 + 1 },
  ]);
  expect(others).toEqual([]);
  expect(own).toMatchObject({ service: 'app', name: `app ${process.pid}` });
  expect(own?.cpuSeconds).toBeGreaterThan(0);
  expect(own?.memoryBytes).toBeGreaterThan(10_000_000);
});

test('what a process has had its child do counts as its own: k6 runs beneath timeout', async () => {
  const child = spawn('timeout', ['20', process.execPath, '-e', 'for (;;);']);
  while ((await cpuSecondsOf(child.pid ?? 0)) < 0.1) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill();
  await once(child, 'exit');
  expect(await cpuSecondsOf(child.pid ?? 0)).toBe(0);
});
