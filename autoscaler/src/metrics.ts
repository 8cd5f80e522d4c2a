import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { bounds, reasons } from './decide/decision.ts';
import { edgeResults } from './edge/edge.ts';
import { createContainerMetrics } from './metrics-containers.ts';
import { createEdgeMetrics } from './metrics-edge.ts';
import { causes } from './release/release.ts';
import { stepKinds } from './replicas/plan.ts';
import { failures, states } from './replicas/replica.ts';
import { stepResults } from './replicas/step-context.ts';

/** Makes series in one registry, each label's values born at 0: a series that begins at 10 has a rate of 0. */
function createSeries(registry: Registry) {
  const registers = [registry];
  return {
    gauge: (name: string, help: string) => new Gauge({ name: `autoscaler_${name}`, help, registers }),
    counter: (name: string, help: string) => new Counter({ name: `autoscaler_${name}`, help, registers }),
    gauges: <L extends string>(name: string, help: string, label: L, values: readonly string[]) => {
      const made = new Gauge({ name: `autoscaler_${name}`, help, labelNames: [label] as const, registers });
      for (const value of values) made.set({ [label]: value } as Record<L, string>, 0);
      return made;
    },
    counters: <L extends string>(name: string, help: string, label: L, values: readonly string[]) => {
      const made = new Counter({ name: `autoscaler_${name}`, help, labelNames: [label] as const, registers });
      for (const value of values) made.inc({ [label]: value } as Record<L, string>, 0);
      return made;
    },
  };
}

function createSteps(registry: Registry) {
  const steps = new Counter({
    name: 'autoscaler_steps_total',
    help: 'Steps of replicas, by what came of them.',
    labelNames: ['step', 'result'] as const,
    registers: [registry],
  });
  for (const step of stepKinds) for (const result of stepResults) steps.inc({ step, result }, 0);
  return steps;
}

function createChanges(registry: Registry) {
  const changes = new Counter({
    name: 'autoscaler_changes_total',
    help: 'Changes of the desired number, by the reason of the decision that made them.',
    labelNames: ['direction', 'reason'] as const,
    registers: [registry],
  });
  for (const direction of ['up', 'down']) for (const reason of reasons) changes.inc({ direction, reason }, 0);
  return changes;
}

const createTickDuration = (registry: Registry) =>
  new Histogram({
    name: 'autoscaler_tick_duration_seconds',
    help: 'Work of a tick.',
    buckets: [0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5],
    registers: [registry],
  });

/** All numbers of the autoscaler. */
export function createMetrics() {
  const registry = new Registry();
  // Its timer would else wake the process a hundred times a second: half of what it needs at rest.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 1_000 });
  const { counter, counters, gauge, gauges } = createSeries(registry);
  return {
    registry,
    edge: createEdgeMetrics(registry),
    containers: createContainerMetrics(registry),
    replicas: gauges('replicas', 'Replicas by state.', 'state', states),
    desired: gauge('desired', 'Replicas there shall be.'),
    wanted: gauge('wanted', 'Replicas that the load asks for, before windows, rates and bounds.'),
    effectiveMax: gauge('effective_max', 'Most replicas that settings and machine allow.'),
    boundBy: gauges('bound_by', '1 for what sets the effective maximum.', 'bound', bounds),
    saturated: gauge('saturated', '1 while the load asks for more than the effective maximum.'),
    decisions: counters('decisions_total', 'Decisions by reason.', 'reason', reasons),
    changes: createChanges(registry),
    use: gauge('use_ratio', 'Mean use of serving replicas whose reading is known.'),
    unknown: gauges('unknown_readings', 'Readings that are unknown now.', 'reading', [
      'use',
      'page',
      'pressure',
      'p95',
    ]),
    lastTick: gauge('last_tick_timestamp_seconds', 'When the last tick ended.'),
    tickDuration: createTickDuration(registry),
    steps: createSteps(registry),
    failures: counters('replica_failures_total', 'Replicas that failed.', 'failure', failures),
    cut: counter('drain_cut_requests_total', 'Requests cut by drains that ran out of time.'),
    edgeResults: counters('edge_results_total', 'Looks at the edge, by what came of them.', 'result', edgeResults),
    edgeProven: gauge('edge_proven', '1 while the running nginx has proven to have read the upstream file.'),
    edgeRefused: gauge('edge_refused', '1 while nginx refuses its configuration, so that no container is touched.'),
    generation: gauge('edge_generation', 'Generation of the upstream file.'),
    releaseActive: gauge('release_active', '1 while a release is under way.'),
    releases: counters('releases_total', 'Releases by outcome.', 'outcome', ['done', 'rolled_back']),
    rollbacks: counters('rollbacks_total', 'Rollbacks by cause.', 'cause', causes),
    acting: gauge('acting', '1 unless paused, on standby, in observe mode or blind.'),
    pinned: gauge('pinned', 'Replicas that the number is pinned to; 0 is not pinned.'),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
