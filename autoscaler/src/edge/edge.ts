import type { EdgeState } from '../replicas/plan.ts';
import type { Server, Upstream } from './upstream.ts';

/** What file and running nginx say now. `live` is null where nginx does not answer. */
export type EdgeView = {
  text: string | null;
  file: Upstream | undefined;
  live: number | null;
  state: EdgeState;
  /** Addresses of the last file that nginx has proven to have read. */
  proven: ReadonlySet<string>;
};

export const edgeResults = ['current', 'reloaded', 'test_failed', 'unproven', 'unreachable', 'failed'] as const;
export type EdgeResult = { kind: (typeof edgeResults)[number]; output?: string };

/** What the edge shall send traffic to. `down`: nobody is there, and it shall say so at once. */
export type Wanted = { servers: readonly Server[]; down: boolean };
