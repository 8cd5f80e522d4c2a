import type { EdgeResult, EdgeView, Wanted } from './edge/edge.ts';
import type { Upstream } from './edge/upstream.ts';
import type { Observation } from './observe/observation.ts';
import type { Seen } from './reconcile.ts';
import { templateFor } from './release/choose.ts';
import { rotationAfter, type Step } from './replicas/plan.ts';
import type { Replica } from './replicas/replica.ts';
import type { StepContext, StepResult } from './replicas/step-context.ts';
import type { Done, Stepped } from './report.ts';

type Deps = {
  step: (step: Step, context: StepContext, signal: AbortSignal) => Promise<StepResult>;
  sync: (
    container: Observation['edge']['container'],
    wanted: Wanted,
    view: EdgeView,
    signal: AbortSignal,
  ) => Promise<EdgeResult>;
  wanted: (rotation: readonly Replica[], file: Upstream | undefined, signal: AbortSignal) => Promise<Wanted | null>;
};

const contextOf = ({ memory, observation, release }: Seen): StepContext => ({
  release,
  template: release && templateFor(release, observation.templates),
  marks: memory.marks,
  edge: observation.edge.container,
  inFlight: (id) => {
    const page = observation.replicas.find(({ container }) => container.id === id)?.page;
    return page?.kind === 'known' ? page.value.inFlight : null;
  },
});

/** Does the plan's steps and brings the edge to what it shall be, at once. Each fails alone; the next tick looks again. */
export function createAct({ step, sync, wanted }: Deps) {
  const one = async (planned: Step, context: StepContext, signal: AbortSignal): Promise<Stepped> => {
    try {
      return { step: planned, result: await step(planned, context, signal) };
    } catch (error) {
      return { step: planned, result: { kind: 'failed' }, error };
    }
  };
  const tellEdge = async (plan: readonly Step[], seen: Seen, signal: AbortSignal): Promise<EdgeResult | undefined> => {
    const { edge, observation, replicas } = seen;
    try {
      const next = await wanted(rotationAfter(replicas, plan), edge.file, signal);
      return next === null ? undefined : await sync(observation.edge.container, next, edge, signal);
    } catch (error) {
      return { kind: 'failed', output: (error as Error).message };
    }
  };
  return async (plan: readonly Step[], seen: Seen, signal: AbortSignal): Promise<Done> => {
    const context = contextOf(seen);
    const [steps, edgeResult] = await Promise.all([
      Promise.all(plan.map((planned) => one(planned, context, signal))),
      tellEdge(plan, seen, signal),
    ]);
    return { steps, edgeResult };
  };
}
