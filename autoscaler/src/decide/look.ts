import type { Host, HostFigure, Observation } from '../observe/observation.ts';
import { combineUse, type Scales } from '../observe/usage.ts';
import { isLive, type Replica } from '../replicas/replica.ts';
import type { Gauge, Override, ReplicaView, View } from './policy.ts';

const gauge = (figure: HostFigure): Gauge => {
  if (figure.kind === 'absent') return { kind: 'absent' };
  return figure.kind === 'known' ? { kind: 'value', value: figure.value } : { kind: 'unknown' };
};

/**
 * While the host's CPUs are contended, a replica is late because it waits for them, and one more would wait as well: only
 * the CPU that they do get tells whether they need more of it than their limits allow.
 */
const felt = ({ pressure }: Host, scales: Scales, maxPressure: number): Scales =>
  pressure.kind === 'known' && pressure.value > maxPressure ? { inFlightMax: 0, lagMax: 0 } : scales;

function viewOf(replica: Replica, { replicas }: Observation, scales: Scales): ReplicaView {
  const seen = replicas.find(({ container }) => container.id === replica.id);
  const ready = replica.state === 'serving';
  if (seen?.use.kind !== 'known') return { ready, use: null };
  const page = seen.page.kind === 'known' ? seen.page.value : { inFlight: null, lag: null };
  return { ready, use: combineUse(seen.use.value, page, scales) };
}

/** The widest limits of any replica or template, so that mixed sizes are never taken for small ones. */
const widest = (values: readonly (number | null)[]): number | null =>
  values.length === 0 || values.includes(null) ? null : Math.max(...values.map(Number));

/** What the decision looks at, out of what was seen. Replicas that drain or have failed are no longer counted on. */
export function look(
  observation: Observation,
  replicas: readonly Replica[],
  { maxPressure, ...scales }: Scales & { maxPressure: number },
  p95: Gauge,
  override: Override,
): View {
  const { host, replicas: seen, templates } = observation;
  const own = felt(host, scales, maxPressure);
  const models = seen.length > 0 ? seen.map(({ container }) => container) : templates.slice(0, 1);
  return {
    replicas: replicas.filter(isLive).map((replica) => viewOf(replica, observation, own)),
    limits: { cpus: widest(models.map(({ cpus }) => cpus)), memory: widest(models.map(({ memory }) => memory)) },
    machine: { cpus: host.cpus, memory: host.memory, memoryAvailable: gauge(host.memoryAvailable) },
    pressure: gauge(host.pressure),
    p95,
    override,
  };
}
