import type { Decision } from './decide/decision.ts';
import type { View } from './decide/policy.ts';
import type { EdgeResult, EdgeView } from './edge/edge.ts';
import type { Move } from './memory.ts';
import type { Observation } from './observe/observation.ts';
import type { Release, Rollout, RolloutNews } from './release/release.ts';
import type { Step } from './replicas/plan.ts';
import type { Replica } from './replicas/replica.ts';
import type { StepResult } from './replicas/step-context.ts';

export type Stepped = { step: Step; result: StepResult; error?: unknown };

/** What a tick changed. */
export type Done = { steps: readonly Stepped[]; edgeResult: EdgeResult | undefined };

/** Everything that one tick saw, decided and did: what the log, the metrics and the status are made from. */
export type Report = Done & {
  at: number;
  took: number;
  acting: boolean;
  observation: Observation;
  replicas: readonly Replica[];
  moves: readonly Move[];
  view: View;
  decision: Decision;
  edge: EdgeView;
  plan: readonly Step[];
  release: Release | undefined;
  rollout: Rollout | null;
  pinned: number | null;
  news: RolloutNews | undefined;
  /** Milliseconds until the next tick. */
  next: number;
};
