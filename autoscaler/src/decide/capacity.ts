import type { Bound } from './decision.ts';
import type { Policy, View } from './policy.ts';

const epsilon = 1e-9;

/**
 * Replicas beyond which one more changes nothing: while n − 1 of them can still be busier than the target with all CPU
 * that the machine has, an n-th is of use. Two CPUs, 0.75 a replica, target 70 %: 4, never 5.
 */
export const byCpu = (cpus: number, limit: number, target: number): number =>
  Math.max(1, Math.ceil(cpus / (limit * target) - epsilon));

const byMemory = (memory: number, limit: number): number => Math.floor(memory / limit);

const byConnections = ({ total, reserve, perReplica }: Policy['connections']): number =>
  Math.floor((total - reserve) / perReplica);

/** The most replicas that settings and machine carry, and which bound is the narrowest. Never below one. */
export function effectiveMax(
  policy: Pick<Policy, 'max' | 'target' | 'cpuReserve' | 'memoryReserve' | 'connections'>,
  { limits, machine }: Pick<View, 'limits' | 'machine'>,
): { replicas: number; boundBy: Bound } {
  const { connections, cpuReserve, memoryReserve, max, target } = policy;
  const caps: { replicas: number; boundBy: Bound }[] = [{ replicas: max, boundBy: 'settings' }];
  if (limits.cpus !== null)
    caps.push({ replicas: byCpu(machine.cpus - cpuReserve, limits.cpus, target), boundBy: 'cpu' });
  if (limits.memory !== null)
    caps.push({ replicas: byMemory(machine.memory - memoryReserve, limits.memory), boundBy: 'memory' });
  if (connections.perReplica > 0) caps.push({ replicas: byConnections(connections), boundBy: 'connections' });
  const narrowest = caps.reduce((least, cap) => (cap.replicas < least.replicas ? cap : least));
  return { ...narrowest, replicas: Math.max(1, narrowest.replicas) };
}

/** Whether the host has no memory left for one more replica: then it is no time to start one, whatever the limits say. */
export const memoryLow = ({ limits, machine }: Pick<View, 'limits' | 'machine'>): boolean =>
  limits.memory !== null && machine.memoryAvailable.kind === 'value' && machine.memoryAvailable.value < limits.memory;

/**
 * Whether machine and shared store carry two more than desired. So many are there for a moment while a release rolls: one
 * more than desired, and the next, which starts while another drains.
 */
export const carriesOverlap = (
  { connections }: Pick<Policy, 'connections'>,
  view: Pick<View, 'limits' | 'machine'>,
  desired: number,
): boolean => !memoryLow(view) && (connections.perReplica === 0 || desired + 2 <= byConnections(connections));
