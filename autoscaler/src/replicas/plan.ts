import { freeNumbers } from '../engine/labels.ts';
import type { DrainWhy } from './marks.ts';
import { isLive, type Replica } from './replica.ts';

export const stepKinds = ['create', 'start', 'warm', 'admit', 'eject', 'drain', 'settle', 'remove'] as const;
export type StepKind = (typeof stepKinds)[number];

export type Step =
  | { kind: 'create'; number: number }
  | { kind: 'drain'; replica: Replica; why: DrainWhy }
  | { kind: 'start' | 'warm' | 'admit' | 'eject' | 'settle' | 'remove'; replica: Replica };

/**
 * What the edge is good for: `proven` has read the file; `behind` has not been seen to; `refused` found the
 * configuration broken, and then no container is touched.
 */
export type EdgeState = 'proven' | 'behind' | 'refused';

export type Plan = {
  replicas: readonly Replica[];
  desired: number;
  max: number;
  /** The release that all replicas shall be of; null while there is nothing to make one from. */
  release: string | null;
  /** Replicas of another release are known to be bad: they go as soon as a good one serves. */
  condemned: boolean;
  /** One replica of another release stays, until the wanted one has shown that it lasts. */
  holdOld: boolean;
  /** False while too many new replicas failed lately. */
  mayCreate: boolean;
  /** There is room for two more than desired: the next may start while one of another release drains. */
  overlap: boolean;
  edge: EdgeState;
};

const isWanted = (replica: Replica, release: string | null): boolean => release === null || replica.release === release;
const count = (replicas: readonly Replica[], test: (replica: Replica) => boolean): number =>
  replicas.filter(test).length;

/**
 * New replicas: those missing of the wanted release, as far as there is room; one more than desired while rolling, and one
 * of another release that drains is not waited for: its end takes a quarter of the time that a replica takes to be exchanged.
 */
function creations({ replicas, desired, max, release, mayCreate, overlap }: Plan, drained: readonly Replica[]): Step[] {
  if (release === null || !mayCreate) return [];
  const missing = desired - count(replicas, (replica) => isLive(replica) && isWanted(replica, release));
  const rolling = replicas.some((replica) => isLive(replica) && !isWanted(replica, release));
  const lastOneFailed =
    replicas.some(({ state }) => state === 'failed') && !replicas.some(({ state }) => state === 'serving');
  const draining = [...drained, ...replicas.filter(({ running, state }) => running && state === 'draining')];
  const leaving = draining.some((replica) => !isWanted(replica, release));
  const room =
    (rolling ? desired : max) +
    (rolling || lastOneFailed ? 1 : 0) +
    (rolling && overlap && leaving ? 1 : 0) -
    count(replicas, ({ running, state }) => running || state === 'created');
  const numbers = replicas.map(({ number }) => number);
  return freeNumbers(numbers, Math.max(0, Math.min(missing, room))).map((number) => ({ kind: 'create', number }));
}

/** Ready replicas that enter: the wanted release up to the desired number, others only while too few serve. */
function admissions({ replicas, desired, release }: Plan): Replica[] {
  const serving = replicas.filter(({ state }) => state === 'serving');
  const warm = replicas.filter(({ state }) => state === 'warm');
  const wanted = warm.filter((replica) => isWanted(replica, release));
  const others = warm.filter((replica) => !isWanted(replica, release));
  const missing = desired - count(serving, (replica) => isWanted(replica, release));
  const entering = wanted.slice(0, Math.max(0, missing));
  return [...entering, ...others.slice(0, Math.max(0, desired - serving.length - entering.length))];
}

/** Bad ones leave the upstream, but the last one only when another serves. */
function ejections({ replicas }: Plan, admitted: readonly Replica[]): Replica[] {
  const others = count(replicas, ({ state }) => state === 'serving') + admitted.length;
  return others === 0 ? [] : replicas.filter(({ state, inUpstream }) => state === 'failed' && inUpstream);
}

/** Who goes first: what does not serve yet, then the newest number. */
const byDispensability = (a: Replica, b: Replica) =>
  Number(a.state === 'serving') - Number(b.state === 'serving') || b.number - a.number;

function departures(plan: Plan, admitted: readonly Replica[]): Step[] {
  const { replicas, desired, release, condemned, holdOld } = plan;
  const live = replicas.filter(isLive);
  const serving = live.filter(({ state }) => state === 'serving');
  const good = count(serving, (replica) => isWanted(replica, release));
  const held = holdOld ? serving.find((replica) => !isWanted(replica, release)) : undefined;
  const leaving = live.filter((replica) => !admitted.includes(replica)).toSorted(byDispensability);
  const others = leaving.filter((replica) => replica !== held && !isWanted(replica, release));
  const own = leaving.filter((replica) => isWanted(replica, release));
  const ownSurplus = count(live, (replica) => isWanted(replica, release)) - desired;
  const bad = condemned && good > 0 ? others : [];
  const surplus = [...others.slice(0, Math.max(0, live.length - desired)), ...own.slice(0, Math.max(0, ownSurplus))];
  const victims = bad.length > 0 ? bad : surplus;
  const steps: Step[] = [];
  let drainable = replicas.some(({ state }) => state === 'draining') ? 0 : Math.min(1, serving.length - desired);
  if (bad.length > 0) drainable = bad.length;
  for (const replica of victims) {
    const why = condemned ? 'rollback' : isWanted(replica, release) ? 'scale_down' : 'release';
    if (replica.state === 'created' || replica.state === 'starting') steps.push({ kind: 'remove', replica });
    else if (replica.state !== 'serving') steps.push({ kind: 'drain', replica, why: 'surplus' });
    else if (drainable-- > 0) steps.push({ kind: 'drain', replica, why });
  }
  return steps;
}

/** The next move of those that stand in the middle of their life. */
function progress({ replicas, edge }: Plan): Step[] {
  return replicas.flatMap((replica): Step[] => {
    if (replica.state === 'created') return [{ kind: 'start', replica }];
    if (replica.state === 'healthy') return [{ kind: 'warm', replica }];
    if (replica.state === 'draining' && edge === 'proven') return [{ kind: 'settle', replica }];
    const over = replica.state === 'stopped' || replica.state === 'failed';
    if (over && !replica.routed) return [{ kind: 'remove', replica }];
    return [];
  });
}

/**
 * The steps of this tick, at most one a replica. Taking away needs an edge that has proven to know; an edge that
 * refuses its configuration stops everything.
 */
export function planSteps(plan: Plan): Step[] {
  if (plan.edge === 'refused') return [];
  const admitted = admissions(plan);
  const leaving = plan.edge === 'proven' ? departures(plan, admitted) : [];
  const taken = new Set(leaving.flatMap((step) => (step.kind === 'create' ? [] : [step.replica.id])));
  const drained = leaving.flatMap((step) => (step.kind === 'drain' ? [step.replica] : []));
  return [
    ...creations(plan, drained),
    ...progress(plan).filter((step) => step.kind === 'create' || !taken.has(step.replica.id)),
    ...admitted.map((replica): Step => ({ kind: 'admit', replica })),
    ...ejections(plan, admitted).map((replica): Step => ({ kind: 'eject', replica })),
    ...leaving,
  ];
}

/** Who shall be in the upstream once these steps are done. */
export function rotationAfter(replicas: readonly Replica[], steps: readonly Step[]): Replica[] {
  const did = (kind: StepKind) =>
    new Set(steps.flatMap((step) => (step.kind === kind && step.kind !== 'create' ? [step.replica.id] : [])));
  const [admitted, ejected, drained] = [did('admit'), did('eject'), did('drain')];
  return replicas
    .filter(
      ({ id, inUpstream, state }) => admitted.has(id) || (inUpstream && state !== 'draining' && state !== 'stopped'),
    )
    .filter(({ id, address }) => address !== null && !ejected.has(id) && !drained.has(id))
    .toSorted((a, b) => a.number - b.number);
}
