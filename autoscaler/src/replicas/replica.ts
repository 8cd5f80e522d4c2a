import type { ContainerId } from '../engine/engine.ts';

/** The life of a replica, in order; `failed` is one that is dead, hung or never got ready, and waits to be taken away. */
export const states = [
  'created',
  'starting',
  'healthy',
  'warm',
  'serving',
  'draining',
  'failed',
  'stopped',
  'removed',
] as const;
export type ReplicaState = (typeof states)[number];

export const failures = ['died', 'hung', 'unhealthy', 'not_ready', 'warm_failed', 'wrong_version'] as const;
export type Failure = (typeof failures)[number];

const moves: Record<ReplicaState, readonly ReplicaState[]> = {
  created: ['starting', 'failed', 'removed'],
  // Further at once where its address is one that it had before: the engine has restarted it, or its socket came late.
  starting: ['healthy', 'warm', 'serving', 'draining', 'failed', 'removed'],
  healthy: ['warm', 'serving', 'starting', 'draining', 'failed', 'removed'],
  warm: ['serving', 'healthy', 'starting', 'draining', 'failed', 'removed'],
  // Back where its address changed: the engine has restarted it.
  serving: ['draining', 'failed', 'warm', 'healthy', 'starting'],
  draining: ['stopped', 'failed'],
  failed: ['starting', 'healthy', 'warm', 'serving', 'stopped', 'removed'],
  stopped: ['removed'],
  removed: [],
};

/** Whether a replica may be seen in `to` after `from`. A stopped one never comes back, a draining one never serves. */
export const mayMove = (from: ReplicaState, to: ReplicaState): boolean => from === to || moves[from].includes(to);

export type Replica = {
  id: ContainerId;
  name: string;
  number: number;
  state: ReplicaState;
  failure: Failure | null;
  release: string | null;
  /** As it stands in the upstream. */
  address: string | null;
  /** It stands in the upstream file. */
  inUpstream: boolean;
  /** It stands there, or in what the running nginx last proved to have read. */
  routed: boolean;
  /** Whether its container holds CPU and memory. */
  running: boolean;
};

const living: readonly ReplicaState[] = ['created', 'starting', 'healthy', 'warm', 'serving'];

/** Counts towards the desired number: it serves, or is on its way to. */
export const isLive = ({ state }: Pick<Replica, 'state'>): boolean => living.includes(state);

/** Something is on its way, so the next look should come soon. */
export const inTransition = ({ state }: Pick<Replica, 'state'>): boolean => state !== 'serving';
