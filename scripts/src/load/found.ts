import { lengthOf } from '../../../k6/lib/phase.ts';
import type { Workload } from '../../../k6/lib/workloads.ts';
import { backlogOver } from './backlog.ts';
import type { Counted } from './counting.ts';
import type { Driven } from './drive.ts';
import { findKnee, type Objective } from './knee.ts';
import { useAtKnee } from './knee-use.ts';
import { momentsOf } from './moments.ts';
import { problemsOf } from './problems.ts';
import type { LoadResult } from './result.ts';
import { brokenThresholds, failuresOf, type PhaseFigures } from './summary.ts';
import { afterWarmUp, replicasOver, servicesUse } from './usage.ts';

/** What of a result is measured, and what follows from it. */
export type Found = Omit<LoadResult, 'format' | 'question' | 'command' | 'at' | 'target' | 'machine'>;

type Seen = { driven: Driven; figures: PhaseFigures[]; counted: Counted };

/** What a run has found, from what was seen while it was driven and counted afterwards. */
export function foundIn(workload: Workload, { driven, figures, counted }: Seen, slo: Objective): Found {
  const { summary, cpus, cutOff, harm, live, looks, used } = driven;
  const { kind } = workload.shape;
  const phases = figures.map(({ phase }) => phase);
  const steps = figures.filter(({ phase }) => phase.name.startsWith('step_'));
  const steady = afterWarmUp(looks, workload.warmUp, lengthOf(phases.slice(1)));
  const knee = kind === 'climb' ? findKnee(steps, slo) : undefined;
  const found = {
    scenario: workload.name,
    phases: figures,
    failures: failuresOf(summary),
    clicks: counted.clicks,
    created: counted.created,
    knee,
    kneeUse: useAtKnee({ knee, phases: figures, live, looks, used }),
    services: servicesUse(steady),
    backlog: backlogOver(steady),
    replicas: replicasOver(looks),
    generatorCpus: cpus,
    moments: momentsOf(live, looks),
  };
  const problems = [
    ...(cutOff ? ['it was ended before its time'] : []),
    ...harm,
    ...counted.problems,
    ...problemsOf(found, kind, brokenThresholds(summary, phases)),
  ];
  return { ...found, problems };
}
