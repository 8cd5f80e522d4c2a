import type { Intent } from './control/intent-record.ts';
import { carriesOverlap } from './decide/capacity.ts';
import { decide } from './decide/decide.ts';
import type { Reason } from './decide/decision.ts';
import { look } from './decide/look.ts';
import type { Gauge, Override, Policy } from './decide/policy.ts';
import type { EdgeView } from './edge/edge.ts';
import type { Template } from './engine/engine.ts';
import { emptyMemory, type Memory, mark, recognise } from './memory.ts';
import { type Figures, p95 } from './observe/figures.ts';
import type { Observation } from './observe/observation.ts';
import type { Scales } from './observe/usage.ts';
import { templateFor } from './release/choose.ts';
import { holdsOld, type Release, type ReleasePolicy, type RolloutNews } from './release/release.ts';
import { mayCreate } from './replicas/backoff.ts';
import type { LifePolicy } from './replicas/describe.ts';
import { planSteps, type Step } from './replicas/plan.ts';
import { inTransition, isLive, type Replica } from './replicas/replica.ts';
import type { Done, Report } from './report.ts';

export type Policies = {
  mode: 'act' | 'observe';
  tick: number;
  decide: Policy;
  life: LifePolicy;
  release: ReleasePolicy;
  scales: Scales;
};

/** What this tick knows when it acts. */
export type Seen = {
  observation: Observation;
  replicas: readonly Replica[];
  edge: EdgeView;
  release: Release | undefined;
  memory: Memory;
};

type Deps = {
  observe: (signal: AbortSignal) => Promise<Observation>;
  lookAtEdge: (signal: AbortSignal) => Promise<EdgeView>;
  act: (plan: readonly Step[], seen: Seen, signal: AbortSignal) => Promise<Done>;
  settle: {
    rollout(replicas: readonly Replica[], desired: number): Promise<RolloutNews | undefined>;
    release(observation: Observation, acting: boolean): Promise<Release | undefined>;
  };
  intent: () => Intent;
  figures: Figures;
  policies: () => Policies;
  now: () => number;
};

/** Time between two looks while something is on its way, in milliseconds. */
const soon = 200;
/** And while the load asks for more: several readings shall bear it out, but users wait meanwhile. */
const alert = 500;
/** What the p95 at the edge is taken over. */
const p95Span = 10_000;

const overrideOf = ({ paused, pinned, rollout }: Intent, template: Template | undefined): Override => {
  if (paused) return { kind: 'paused' };
  if (template === undefined) return { kind: 'no_template' };
  if (rollout !== null) return { kind: 'releasing' };
  return pinned === null ? { kind: 'none' } : { kind: 'pinned', replicas: pinned };
};

/** Without traffic there is no p95, and nobody suffers; while an edge that could tell is silent, it is not known. */
function recentP95(figures: Figures, now: number, tick: number): Gauge {
  if (figures.beat !== undefined && now - figures.beat > Math.max(p95Span, 2 * tick)) return { kind: 'unknown' };
  const value = p95(figures, { from: now - p95Span, to: now + 1 });
  return value === null ? { kind: 'absent' } : { kind: 'value', value };
}

const nothingDone: Done = { steps: [], edgeResult: undefined };

/** Sees the replicas as what they are now, and what has moved since the last tick. */
function recogniseAll({ policies, intent }: Deps, memory: Memory, observation: Observation, edge: EdgeView) {
  const file = new Set(edge.file?.servers.map(({ address }) => address));
  const { rollout } = intent();
  const versionOf = (release: string | null) => (rollout?.to.id === release ? rollout.to.version : null);
  return recognise(memory, observation, { file, proven: edge.proven }, policies().life, versionOf);
}

function decideAndPlan(deps: Deps, memory: ReturnType<typeof recognise>['memory'], seen: Omit<Seen, 'memory'>) {
  const { edge, observation, release, replicas } = seen;
  const { decide: policy, scales, tick } = deps.policies();
  const intent = deps.intent();
  const now = deps.now();
  const template = release && templateFor(release, observation.templates);
  const felt = { ...scales, maxPressure: policy.maxPressure };
  const view = look(observation, replicas, felt, recentP95(deps.figures, now, tick), overrideOf(intent, template));
  const { decision, history } = decide(policy, memory.history, view, now);
  const plan = planSteps({
    replicas,
    desired: decision.desired,
    max: decision.effectiveMax,
    release: release?.id ?? null,
    condemned: intent.rollout?.phase === 'rolling_back',
    holdOld: intent.rollout !== null && holdsOld(intent.rollout, deps.policies().release, now),
    mayCreate: template !== undefined && mayCreate(memory.failures, now),
    overlap: carriesOverlap(policy, view, decision.desired),
    edge: edge.state,
  });
  return { view, decision, plan, history };
}

/** Keeps what the steps left to remember: marks of replicas, and creations that failed, so that they are not tried at once. */
function remember(memory: Memory, { steps }: Done, now: number): Memory {
  const failed = steps.filter(({ result, step }) => step.kind === 'create' && result.kind === 'failed');
  const failures = [...memory.failures, ...failed.map(() => now)];
  return steps.reduce(
    (kept: Memory, { result, step }) =>
      result.marks && step.kind !== 'create' ? mark(kept, step.replica.id, result.marks) : kept,
    { ...memory, failures },
  );
}

/** A replica that is warm waits for nothing but the next look to be admitted, and users may wait for it. */
const isWarmed = ({ result, step }: Done['steps'][number]): boolean => step.kind === 'warm' && result.kind === 'done';

function untilNext(moving: boolean, { steps }: Done, reason: Reason, tick: number): number {
  if (steps.some(isWarmed)) return 0;
  if (moving) return Math.min(soon, tick);
  return reason === 'window_up' ? Math.min(alert, tick) : tick;
}

/**
 * The loop's body: observe → decide → plan → act. Answers what it saw and did. Rejects only when the engine cannot be
 * asked, and then nothing has been touched.
 */
export function createReconcile(deps: Deps) {
  let memory: Memory = emptyMemory;
  return async (signal: AbortSignal): Promise<Report> => {
    const started = deps.now();
    const { mode, tick } = deps.policies();
    const [observation, edge] = await Promise.all([deps.observe(signal), deps.lookAtEdge(signal)]);
    const acting = mode === 'act' && !deps.intent().paused;
    const recognised = recogniseAll(deps, memory, observation, edge);
    const { moves, replicas } = recognised;
    const news = acting ? await deps.settle.rollout(replicas, recognised.memory.history.desired) : undefined;
    const release = await deps.settle.release(observation, acting);
    const planned = decideAndPlan(deps, recognised.memory, { observation, replicas, edge, release });
    const { decision, history, plan, view } = planned;
    memory = { ...recognised.memory, history };
    const done = acting ? await deps.act(plan, { observation, replicas, edge, release, memory }, signal) : nothingDone;
    memory = remember(memory, done, deps.now());
    const unsettled = edge.state !== 'proven' && replicas.some(isLive);
    const moving = acting && (plan.length > 0 || unsettled || replicas.some(inTransition));
    const { pinned, rollout } = deps.intent();
    const seen = { pinned, observation, replicas, moves, view, decision, edge, plan, release, rollout, news };
    return {
      at: deps.now(),
      took: deps.now() - started,
      acting,
      ...seen,
      ...done,
      next: untilNext(moving, done, decision.reason, tick),
    };
  };
}
