import { z } from 'zod';
import type { ContainerId } from './engine.ts';

/** A running container of the project, whatever its service. */
export type RunningContainer = { id: ContainerId; name: string; service: string };

/** What a container uses: bytes that the kernel cannot take back, bytes that it may use, seconds of CPU. */
export type ContainerUse = { memory: number; memoryLimit: number; cpuSeconds: number };

const stats = z.object({
  memory_stats: z.object({
    usage: z.number(),
    limit: z.number(),
    stats: z.object({ inactive_file: z.number().optional(), total_inactive_file: z.number().optional() }),
  }),
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.number() }) }),
});

/**
 * The answer of `GET /containers/ID/stats`, on cgroup v1 and v2. Files in memory that were not read lately are no use:
 * the kernel drops them before it ends anything. Throws where it holds no reading, as for a container that just stopped.
 */
export function parseContainerUse(body: unknown): ContainerUse {
  const { cpu_stats, memory_stats } = stats.parse(body);
  const { limit, stats: parts, usage } = memory_stats;
  const droppable = parts.total_inactive_file ?? parts.inactive_file ?? 0;
  return {
    memory: Math.max(0, usage - droppable),
    memoryLimit: limit,
    cpuSeconds: cpu_stats.cpu_usage.total_usage / 1e9,
  };
}
