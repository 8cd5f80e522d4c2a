import { describe, expect, test } from '@jest/globals';
import {
  addressOn,
  parseContainer,
  parseImage,
  parseList,
  parseStats,
  parseTemplate,
  parseTop,
} from '../../src/engine/replies.ts';

const place = { project: 'demo', network: '' };

/** The parts of an Engine 28 answer that count, one-shot, on a host with cgroup v1. */
const statsV1 = {
  read: '2026-11-20T22:40:01.123456789Z',
  preread: '0001-01-01T00:00:00Z',
  cpu_stats: {
    cpu_usage: { total_usage: 1_234_567_890, percpu_usage: [1, 2], usage_in_kernelmode: 1, usage_in_usermode: 2 },
    system_cpu_usage: 99_000_000_000,
    online_cpus: 2,
    throttling_data: { periods: 100, throttled_periods: 25, throttled_time: 5_000_000 },
  },
};
/** The same on cgroup v2: no counters by CPU. */
const statsV2 = {
  ...statsV1,
  cpu_stats: {
    cpu_usage: { total_usage: 1_234_567_890, usage_in_kernelmode: 1, usage_in_usermode: 2 },
    system_cpu_usage: 99_000_000_000,
    online_cpus: 2,
    throttling_data: { periods: 100, throttled_periods: 25, throttled_time: 5_000_000 },
  },
};
/** A container that does not run. */
const statsStopped = {
  read: '0001-01-01T00:00:00Z',
  cpu_stats: { cpu_usage: { total_usage: 0 }, throttling_data: { periods: 0, throttled_periods: 0 } },
};

const inspect = {
  Id: 'abc',
  Name: '/demo-app-2',
  Created: '2026-11-20T22:40:00Z',
  Image: 'sha256:1',
  RestartCount: 1,
  State: { Status: 'running', StartedAt: '2026-11-20T22:40:01Z', Health: { Status: 'healthy' } },
  HostConfig: { NanoCpus: 750_000_000, CpuQuota: 0, Memory: 201_326_592 },
  Config: {
    Labels: {
      'com.docker.compose.service': 'app',
      'com.docker.compose.container-number': '2',
      'autoscaler.release': 'r1',
      'com.docker.compose.config-hash': 'h1',
    },
  },
  Mounts: [{ Type: 'volume', Name: 'demo_replicas', Destination: '/run/replicas' }],
  NetworkSettings: { Networks: { demo_default: { IPAddress: '172.18.0.5' } } },
};

describe('counters', () => {
  test.each([
    ['cgroup v1', statsV1],
    ['cgroup v2', statsV2],
  ])('%s → the same sample', (_version, body) => {
    expect(parseStats(body)).toEqual({
      at: Date.parse('2026-11-20T22:40:01.123Z'),
      cpu: 1_234_567_890,
      periods: 100,
      throttled: 25,
    });
  });

  test('of a container that does not run → no reading', () => {
    expect(() => parseStats(statsStopped)).toThrow();
  });

  test('without throttling → none throttled', () => {
    const { read, cpu_stats } = statsV2;
    expect(parseStats({ read, cpu_stats: { cpu_usage: cpu_stats.cpu_usage } })).toMatchObject({
      periods: 0,
      throttled: 0,
    });
  });
});

describe('a container', () => {
  test('running → its state, health, limits and address', () => {
    expect(parseContainer(inspect, place)).toEqual({
      id: 'abc',
      name: 'demo-app-2',
      service: 'app',
      number: 2,
      state: 'running',
      health: 'healthy',
      imageId: 'sha256:1',
      release: 'r1',
      address: '172.18.0.5',
      mounts: ['/run/replicas'],
      createdAt: Date.parse('2026-11-20T22:40:00Z'),
      startedAt: Date.parse('2026-11-20T22:40:01Z'),
      restarts: 1,
      cpus: 0.75,
      memory: 201_326_592,
    });
  });

  test('never started, without limits, labels or health', () => {
    const bare = {
      ...inspect,
      State: { Status: 'created', StartedAt: '0001-01-01T00:00:00Z' },
      HostConfig: {},
      Mounts: null,
      Config: { Labels: null },
      NetworkSettings: { Networks: { demo_default: { IPAddress: '' } } },
    };
    expect(parseContainer(bare, place)).toMatchObject({
      startedAt: null,
      health: 'none',
      cpus: null,
      memory: null,
      release: null,
      address: null,
      number: 0,
    });
  });

  test('a quota instead of CPUs → the same limit', () => {
    expect(parseContainer({ ...inspect, HostConfig: { CpuQuota: 50_000, CpuPeriod: 100_000 } }, place).cpus).toBe(0.5);
    expect(parseContainer({ ...inspect, HostConfig: { CpuQuota: 50_000 } }, place).cpus).toBe(0.5);
  });
});

describe('the address', () => {
  const two = { demo_edge: { IPAddress: '10.0.0.1' }, demo_data: { IPAddress: '10.0.1.1' } };

  test('on the network that was named, with or without the project', () => {
    expect(addressOn(two, 'demo', 'edge')).toBe('10.0.0.1');
    expect(addressOn(two, 'demo', 'demo_data')).toBe('10.0.1.1');
  });

  test('several and none named, or not on it → none', () => {
    expect(addressOn(two, 'demo', '')).toBeNull();
    expect(addressOn(two, 'demo', 'other')).toBeNull();
  });

  test('IPv6 alone → in brackets', () => {
    expect(addressOn({ demo_default: { IPAddress: '', GlobalIPv6Address: 'fd00::5' } }, 'demo', '')).toBe('[fd00::5]');
  });
});

test('a list, a template, an image, processes', () => {
  expect(parseList([{ Id: 'a', State: 'exited', Labels: null }])).toEqual([
    { id: 'a', name: '', state: 'exited', status: '', labels: {}, networks: {} },
  ]);
  expect(parseTemplate(inspect)).toMatchObject({ configHash: 'h1', cpus: 0.75, inspect });
  expect(parseImage({ Id: 'sha256:1', RepoTags: null })).toEqual({
    id: 'sha256:1',
    repoTags: [],
    repoDigests: [],
    config: {},
  });
  expect(parseTop({ Titles: ['PID', 'CMD'], Processes: [['1', 'nginx: master'], ['2']] })).toEqual([
    'nginx: master',
    '',
  ]);
  expect(parseTop({ Titles: ['PID', 'COMMAND'] })).toEqual([]);
});
