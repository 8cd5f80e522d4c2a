import { Counter, Gauge, type Registry } from 'prom-client';
import type { UsedContainer } from './observe/containers.ts';

const labelNames = ['container', 'service'] as const;

/** Series of what the containers of the project use: told anew as a whole, so that one that is gone has none. */
export function createContainerMetrics(registry: Registry) {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames, registers });
  const memory = gauge('container_memory_working_set_bytes', 'Memory that the kernel cannot take back.');
  const limit = gauge('container_memory_limit_bytes', 'Memory at which the container is ended.');
  const cpu = new Counter({
    name: 'container_cpu_seconds_total',
    help: 'CPU time since the container began.',
    labelNames,
    registers,
  });
  return {
    tell(containers: readonly UsedContainer[]): void {
      for (const series of [memory, limit, cpu]) series.reset();
      for (const { cpuSeconds, memory: used, memoryLimit, name, service } of containers) {
        const labels = { container: name, service };
        memory.set(labels, used);
        limit.set(labels, memoryLimit);
        cpu.inc(labels, cpuSeconds);
      }
    },
  };
}
