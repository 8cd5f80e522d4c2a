import type { ClickCheck } from './clicks.ts';
import type { Live } from './k6-live.ts';
import type { Knee } from './knee.ts';
import type { Failures, PhaseFigures } from './summary.ts';
import type { ServiceUse } from './usage.ts';

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
  /** Empty where the target is no stack of this machine. */
  services: ServiceUse[];
  generatorCpus: number;
  moments: Moment[];
  /** Nothing, or why the run is no success. */
  problems: string[];
};

const exceeds = (found: number, answered: number, unknown: number): boolean =>
  found < answered || found > answered + unknown;

/** Why a run is no success: objectives that broke, clicks or links that are not what was answered. */
export function problemsOf(
  { clicks, created, failures }: Pick<LoadResult, 'clicks' | 'created' | 'failures'>,
  thresholds: readonly string[],
): string[] {
  const unknown = failures.noAnswer + failures.broken;
  return [
    ...thresholds,
    ...(clicks.missing > clicks.cutOff ? [`${clicks.missing} clicks of answered redirects are not recorded`] : []),
    ...(clicks.cutOff > 0 ? [`${clicks.cutOff} redirects were cut off: their clicks cannot be told`] : []),
    ...(clicks.doubled > 0 ? [`${clicks.doubled} clicks are recorded that nobody made`] : []),
    ...(exceeds(created.found, created.answered, unknown)
      ? [`${created.answered} links were created and answered, ${created.found} are there`]
      : []),
  ];
}
