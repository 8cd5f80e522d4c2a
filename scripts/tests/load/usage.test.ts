import { describe, expect, test } from '@jest/globals';
import { momentsOf } from '../../src/load/moments.ts';
import { readProcesses } from '../../src/load/processes.ts';
import { cpusOf, servicesUse, slope } from '../../src/load/usage.ts';

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
  test('one look says nothing', () => expect(servicesUse(looks.slice(0, 1))).toEqual([]));
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
