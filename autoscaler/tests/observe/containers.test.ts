import { expect, test } from '@jest/globals';
import { parseContainerUse } from '../../src/engine/container-use.ts';
import type { ContainerId } from '../../src/engine/engine.ts';
import { createMetrics } from '../../src/metrics.ts';
import { createContainerLook } from '../../src/observe/containers.ts';

const { signal } = new AbortController();
const cpu_stats = { cpu_usage: { total_usage: 2.5e9 } };
const id = (text: string) => text as ContainerId;

test.each([
  ['cgroup v1', { total_inactive_file: 30, inactive_file: 7 }],
  ['cgroup v2', { inactive_file: 30 }],
])('%s → memory without files that can be dropped', (_version, stats) => {
  expect(parseContainerUse({ memory_stats: { usage: 100, limit: 400, stats }, cpu_stats })).toEqual({
    memory: 70,
    memoryLimit: 400,
    cpuSeconds: 2.5,
  });
});

test('a container that stopped → no reading', () => {
  expect(() => parseContainerUse({ memory_stats: {}, cpu_stats: { cpu_usage: { total_usage: 0 } } })).toThrow();
});

test('one of two cannot be read, then one is gone → series of what is there, and no others', async () => {
  const metrics = createMetrics();
  let names = ['app-1', 'app-2', 'ending'];
  const engine = {
    running: async () => names.map((name) => ({ id: id(name), name, service: 'app' })),
    containerUse: async (container: ContainerId) => {
      if (container === 'ending') throw new Error('gone');
      return { memory: 1, memoryLimit: 2, cpuSeconds: 3 };
    },
  };
  const look = createContainerLook(engine, metrics.containers.tell);
  const told = async () =>
    (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('container_memory_working'));
  expect(await look(signal)).toBeGreaterThan(0);
  expect(await told()).toEqual([
    'container_memory_working_set_bytes{container="app-1",service="app"} 1',
    'container_memory_working_set_bytes{container="app-2",service="app"} 1',
  ]);
  names = ['app-2'];
  await look(signal);
  expect(await told()).toEqual(['container_memory_working_set_bytes{container="app-2",service="app"} 1']);
});
