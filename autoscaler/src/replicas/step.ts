import type { Container, ContainerId, CreateBody, Engine, Image } from '../engine/engine.ts';
import { isEngineError } from '../engine/engine.ts';
import { replicaName } from '../engine/labels.ts';
import type { Drain } from './marks.ts';
import type { Step } from './plan.ts';
import type { StepContext, StepResult } from './step-context.ts';
import { createBody } from './template.ts';

type Deps = {
  engine: Pick<Engine, 'create' | 'start' | 'terminate' | 'remove' | 'image'>;
  /** Asks for a page of the replica at an address; whether it answered as it should. */
  touch: (address: string, page: string, timeout: number, signal: AbortSignal) => Promise<boolean>;
  oldWorkers: (edge: Container, signal: AbortSignal) => Promise<number>;
  settings: () => StepSettings;
  now: () => number;
};

export type StepSettings = {
  project: string;
  service: string;
  warmPaths: readonly string[];
  warmRequests: number;
  probeTimeout: number;
  drainTimeout: number;
  stopTimeout: number;
};

const done: StepResult = { kind: 'done' };
const waiting: StepResult = { kind: 'waiting' };
/** Longest wait for one request of a warm-up: the first meets cold pools, and a store that hangs is given up sooner by its service. */
const longestWarmUp = 3_000;
/** Looks in a row that must find nothing in flight: a request may be on its way while one looks. */
const quietLooks = 2;

async function bodyFor(deps: Deps, number: number, context: StepContext, signal: AbortSignal): Promise<CreateBody> {
  const { release, template } = context;
  if (release === undefined || template === undefined) throw new Error('there is no template to make a replica from');
  const { project, service } = deps.settings();
  const own: Image | null = await deps.engine.image(template.imageId, signal);
  const identity = { project, service, number, release: release.id, imageId: release.imageId };
  return createBody(template.inspect, own?.config ?? {}, release.createFrom, identity);
}

async function create(deps: Deps, number: number, context: StepContext, signal: AbortSignal): Promise<StepResult> {
  const { project, service } = deps.settings();
  const body = await bodyFor(deps, number, context, signal);
  try {
    const id = await deps.engine.create(replicaName(project, service, number), body, signal);
    await deps.engine.start(id, signal);
    return done;
  } catch (error) {
    if (isEngineError(error, 'taken')) return { kind: 'taken' };
    throw error;
  }
}

/**
 * Some requests before the first user's, so that compilation and cold pools cost nobody, and a release whose users would
 * all get errors never has any. No more of them than fit the time of a probe: the other replicas wait meanwhile.
 */
async function warm(deps: Deps, address: string, failures: number, signal: AbortSignal): Promise<StepResult> {
  const { probeTimeout, warmPaths, warmRequests } = deps.settings();
  const end = deps.now() + probeTimeout;
  const ask = async (path: string): Promise<boolean> => {
    for (let sent = 0; sent < warmRequests && deps.now() < end; sent += 1)
      if (!(await deps.touch(address, path, longestWarmUp, signal))) return false;
    return true;
  };
  const answered = await Promise.all(warmPaths.map(ask));
  return answered.every(Boolean)
    ? { kind: 'done', marks: { warmed: true } }
    : { kind: 'waiting', marks: { warmFailures: failures + 1 } };
}

/** One more look at a replica that drains: quiet twice, or out of time → SIGTERM; not gone in time after that → removed. */
async function settle(
  deps: Deps,
  id: ContainerId,
  drain: Drain,
  { edge, inFlight }: StepContext,
  signal: AbortSignal,
): Promise<StepResult> {
  const { drainTimeout, stopTimeout } = deps.settings();
  const now = deps.now();
  if (drain.terminated !== null) {
    if (now - drain.terminated < stopTimeout) return waiting;
    await deps.engine.remove(id, signal);
    return done;
  }
  const old = edge === null ? 0 : await deps.oldWorkers(edge, signal);
  const answering = inFlight(id) ?? 0;
  const quiet = old === 0 && answering === 0 ? drain.quiet + 1 : 0;
  const late = now - drain.since >= drainTimeout;
  if (quiet < quietLooks && !late) return { kind: 'waiting', marks: { drain: { ...drain, quiet } } };
  await deps.engine.terminate(id, signal);
  const cut = quiet < quietLooks ? answering : 0;
  return { kind: 'done', marks: { drain: { ...drain, quiet, terminated: now } }, cut };
}

/** Does one step of one replica. Rejects when it fails; the next tick looks again and plans anew. */
export function createStep(deps: Deps) {
  return async (step: Step, context: StepContext, signal: AbortSignal): Promise<StepResult> => {
    if (step.kind === 'create') return await create(deps, step.number, context, signal);
    const { address, id } = step.replica;
    const marks = context.marks.get(id);
    if (step.kind === 'start') await deps.engine.start(id, signal);
    if (step.kind === 'remove') await deps.engine.remove(id, signal);
    if (step.kind === 'warm' && address !== null) return await warm(deps, address, marks?.warmFailures ?? 0, signal);
    if (step.kind === 'drain')
      return { kind: 'done', marks: { drain: { since: deps.now(), why: step.why, quiet: 0, terminated: null } } };
    if (step.kind === 'settle' && marks?.drain) return await settle(deps, id, marks.drain, context, signal);
    return done;
  };
}
