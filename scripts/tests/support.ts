import type { Replica, Status } from '../src/stack/autoscaler.ts';
import type { Listed } from '../src/stack/compose.ts';

export const container = (change: Partial<Listed> = {}): Listed => ({
  id: '1',
  name: 'stack-nginx-1',
  service: 'nginx',
  state: 'running',
  health: 'healthy',
  restarts: 0,
  imageId: 'sha256:1',
  configHash: 'hash',
  files: '',
  createdAt: '2026-01-01T00:00:00Z',
  ...change,
});

export const replica = (change: Partial<Replica> = {}): Replica => ({
  name: 'app-1',
  state: 'serving',
  failure: null,
  release: 'r1',
  in_upstream: true,
  restarts: 0,
  ready: true,
  version: '1.0.0',
  in_flight: 3,
  cpu: 0.125,
  ...change,
});

/** Two replicas that serve what they should. */
export const healthy: Status = {
  acting: true,
  paused: false,
  pinned: null,
  decision: { desired: 2, wanted: 1, reason: 'steady' },
  edge: { state: 'proven', generation: 7 },
  replicas: [replica(), replica({ name: 'app-2', cpu: null, ready: null, in_flight: null })],
  release: { id: 'r1', image: 'app:1', at: '2026-01-01T00:00:00.000Z' },
  rollout: null,
  releases: [],
  decisions: [{ at: '2026-01-01T00:00:00.000Z', desired: 2, wanted: 1, reason: 'steady' }],
};
