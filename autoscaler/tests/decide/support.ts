import type { Policy, ReplicaView, View } from '../../src/decide/policy.ts';

export const policy: Policy = {
  min: 2,
  max: 5,
  target: 0.6,
  tolerance: 0.1,
  upWindow: 4_000,
  downWindow: 60_000,
  upStep: 2,
  upPeriod: 5_000,
  downStep: 1,
  downPeriod: 20_000,
  maxPressure: 0.6,
  maxP95: 500,
  cpuReserve: 0,
  memoryReserve: 0,
  connections: { total: 0, reserve: 0, perReplica: 0 },
};

export const ready = (use: number | null): ReplicaView => ({ ready: true, use });

export const view = (replicas: readonly ReplicaView[], more: Partial<View> = {}): View => ({
  replicas,
  limits: { cpus: null, memory: null },
  machine: { cpus: 8, memory: 16e9, memoryAvailable: { kind: 'absent' } },
  pressure: { kind: 'absent' },
  p95: { kind: 'absent' },
  override: { kind: 'none' },
  ...more,
});
