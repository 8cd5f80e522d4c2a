import type { Container } from '../engine/engine.ts';
import type { ObservedReplica } from '../observe/observation.ts';
import type { Marks } from './marks.ts';
import type { Failure, Replica, ReplicaState } from './replica.ts';

export type LifePolicy = {
  probeFailures: number;
  /** Milliseconds that a replica may take from its start until it is ready. */
  readyTimeout: number;
  warmFailures: number;
};

/** Addresses of the upstream: in the file, and in what the running nginx has proven to have read. */
export type Rotation = { file: ReadonlySet<string>; proven: ReadonlySet<string> };

const gone = new Set<Container['state']>(['exited', 'dead', 'removing', 'restarting']);

const isReady = ({ container, page }: ObservedReplica): boolean =>
  page.kind === 'known' && page.value.ready && (container.health === 'healthy' || container.health === 'none');

/** Whether it may still be on its way: its container has only begun, as all do when the machine starts, and has not answered since. */
const mayBeStarting = ({ createdAt, startedAt }: Container, { answeredAt }: Marks, within: number, now: number) => {
  const began = startedAt ?? createdAt;
  return now - began <= within && (answeredAt === null || answeredAt < began);
};

function failureOf(
  seen: ObservedReplica,
  marks: Marks,
  policy: LifePolicy,
  version: string | null,
  now: number,
): Failure | null {
  const { container, page } = seen;
  if (marks.drain !== null) return null;
  if (container.state === 'created') return now - marks.firstSeen > policy.readyTimeout ? 'not_ready' : null;
  if (gone.has(container.state) || container.restarts > marks.restarts) return 'died';
  if (container.state === 'paused') return 'hung';
  if (container.health === 'unhealthy') return 'unhealthy';
  const served = marks.servingSince !== null || marks.warmed;
  const silent = marks.misses >= policy.probeFailures && !mayBeStarting(container, marks, policy.readyTimeout, now);
  if (served && silent) return 'hung';
  if (marks.warmFailures >= policy.warmFailures) return 'warm_failed';
  if (version !== null && page.kind === 'known' && page.value.ready && page.value.version !== version)
    return 'wrong_version';
  if (served || isReady(seen)) return null;
  return now - (container.startedAt ?? container.createdAt) > policy.readyTimeout ? 'not_ready' : null;
}

function stateOf(seen: ObservedReplica, marks: Marks, failure: Failure | null, serving: boolean): ReplicaState {
  if (marks.drain !== null) return gone.has(seen.container.state) ? 'stopped' : 'draining';
  if (failure !== null) return 'failed';
  if (seen.container.state === 'created') return 'created';
  if (serving) return 'serving';
  if (!isReady(seen)) return 'starting';
  return marks.warmed ? 'warm' : 'healthy';
}

/**
 * The state of a replica, read from what Docker, its ready page and the upstream say now. `version` is what its ready
 * page must report, null where any will do.
 */
export function describeReplica(
  seen: ObservedReplica,
  marks: Marks,
  rotation: Rotation,
  policy: LifePolicy,
  version: string | null,
  now: number,
): Replica {
  const { address, container } = seen;
  const inUpstream = address !== null && rotation.file.has(address);
  // One that is in the file at our own start has served before we can have marked it.
  const known = inUpstream && marks.servingSince === null ? { ...marks, servingSince: marks.firstSeen } : marks;
  const failure = failureOf(seen, known, policy, version, now);
  const serving = inUpstream && address !== null && rotation.proven.has(address);
  return {
    id: container.id,
    name: container.name,
    number: container.number,
    state: stateOf(seen, marks, failure, serving),
    failure,
    release: container.release,
    address,
    inUpstream,
    routed: inUpstream || (address !== null && rotation.proven.has(address)),
    running: container.state === 'running' || container.state === 'paused',
  };
}
