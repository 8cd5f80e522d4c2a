import type { Decision } from '../decide/decision.ts';
import type { Release } from '../release/release.ts';
import type { Report } from '../report.ts';
import type { Intent } from './intent-record.ts';

/** Decisions that a status still shows. */
const shown = 20;

export type Remembered = Pick<Decision, 'desired' | 'wanted' | 'reason'> & { at: string };

/** Adds a decision to those shown, where it says something new. */
export function rememberDecision(past: readonly Remembered[], { at, decision }: Report): Remembered[] {
  const { desired, reason, wanted } = decision;
  const last = past.at(-1);
  if (last?.reason === reason && last.desired === desired) return [...past];
  return [...past, { at: new Date(at).toISOString(), desired, wanted, reason }].slice(-shown);
}

const releaseView = (release: Release | null | undefined) =>
  release
    ? { id: release.id, image: release.image, version: release.version, at: new Date(release.at).toISOString() }
    : null;

function replicaViews({ observation, replicas }: Report) {
  return replicas.map((replica) => {
    const seen = observation.replicas.find(({ container }) => container.id === replica.id);
    const page = seen?.page.kind === 'known' ? seen.page.value : undefined;
    const use = seen?.use.kind === 'known' ? seen.use.value : undefined;
    return {
      name: replica.name,
      state: replica.state,
      failure: replica.failure,
      release: replica.release,
      address: replica.address,
      in_upstream: replica.inUpstream,
      health: seen?.container.health,
      restarts: seen?.container.restarts,
      ready: page?.ready ?? null,
      version: page?.version ?? null,
      in_flight: page?.inFlight ?? null,
      lag_ms: page?.lag ?? null,
      cpu: use?.cpu ?? null,
      throttled: use?.throttled ?? null,
    };
  });
}

/** What `status` answers: one screen's worth of what the autoscaler sees, thinks and has been told. */
export function statusView(report: Report | undefined, decisions: readonly Remembered[], intent: Intent) {
  const { paused, past, pinned, release, rollout } = intent;
  return {
    at: report ? new Date(report.at).toISOString() : null,
    acting: report?.acting ?? false,
    paused,
    pinned,
    decision: report?.decision ?? null,
    edge: report
      ? { state: report.edge.state, generation: report.edge.file?.generation ?? null, live: report.edge.live }
      : null,
    p95_ms: report?.view.p95.kind === 'value' ? report.view.p95.value : null,
    pressure: report?.view.pressure.kind === 'value' ? report.view.pressure.value : null,
    replicas: report ? replicaViews(report) : [],
    release: releaseView(release),
    rollout: rollout && {
      ...rollout,
      to: releaseView(rollout.to),
      from: releaseView(rollout.from),
      startedAt: new Date(rollout.startedAt).toISOString(),
    },
    releases: past.map(({ release: one, ...entry }) => ({
      ...releaseView(one),
      ...entry,
      at: new Date(entry.at).toISOString(),
    })),
    decisions,
  };
}

export type Status = ReturnType<typeof statusView>;
