import type { Backlog } from './backlog.ts';
import type { ClickCheck } from './clicks.ts';
import type { Live } from './k6-live.ts';
import type { Knee } from './knee.ts';
import type { KneeUse } from './knee-use.ts';
import type { Failures, PhaseFigures } from './summary.ts';
import type { Replicas, ServiceUse } from './usage.ts';

export type Machine = { commit: string; cpu: string; cores: number; memoryBytes: number; generator: string };

/** What happened at one moment of a run. */
export type Moment = Live & { perSecond: number; replicas: number | undefined };

/** Everything that a run found out: results/load-….json. */
export type LoadResult = {
  format: 1;
  scenario: string;
  question: string;
  command: string;
  at: string;
  target: string;
  machine: Machine;
  phases: PhaseFigures[];
  failures: Failures;
  clicks: ClickCheck & { seconds: number };
  /** Links created by requests that were answered, and those of them that are there. */
  created: { answered: number; found: number };
  knee: Knee | undefined;
  /** Absent where there is no knee or nobody watched, and in results from before it was kept. */
  kneeUse?: KneeUse | undefined;
  /** Empty where the target is no stack of this machine. */
  services: ServiceUse[];
  /** Undefined where nobody looked. */
  replicas: Replicas | undefined;
  /** Undefined where nobody looked. */
  backlog: Backlog | undefined;
  generatorCpus: number;
  moments: Moment[];
  /** Nothing, or why the run is no success. */
  problems: string[];
};
