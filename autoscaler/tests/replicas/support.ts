import type { ContainerId } from '../../src/engine/engine.ts';
import type { Plan } from '../../src/replicas/plan.ts';
import type { Replica, ReplicaState } from '../../src/replicas/replica.ts';

/** A replica in a state, as the upstream and its container would be then. */
export const replica = (number: number, state: ReplicaState, more: Partial<Replica> = {}): Replica => ({
  id: `id-${number}` as ContainerId,
  name: `demo-app-${number}`,
  number,
  state,
  failure: state === 'failed' ? 'hung' : null,
  release: 'r1',
  address: `10.0.0.${number}:8080`,
  inUpstream: state === 'serving',
  routed: more.inUpstream ?? state === 'serving',
  running: state !== 'created' && state !== 'stopped',
  ...more,
});

export const planOf = (replicas: readonly Replica[], more: Partial<Plan> = {}): Plan => ({
  replicas,
  desired: 2,
  max: 5,
  release: 'r1',
  condemned: false,
  holdOld: false,
  mayCreate: true,
  overlap: true,
  edge: 'proven',
  ...more,
});
