import { isUnsent, type PhaseFigures } from './summary.ts';

/** What users were promised, times in milliseconds. */
export type Objective = { availability: number; p95: number; p99: number };

/** Why a step did not hold what was promised; undefined where it did. */
export function brokenBy(step: PhaseFigures, slo: Objective): string | undefined {
  const { failed, redirect, dropped } = step;
  if (failed > 1 - slo.availability) return `${(failed * 100).toFixed(2)} % failed`;
  if (redirect.p95 >= slo.p95) return `p95 ${redirect.p95.toFixed(0)} ms`;
  if (redirect.p99 >= slo.p99) return `p99 ${redirect.p99.toFixed(0)} ms`;
  if (isUnsent(step)) return `${dropped} could not be sent in time`;
  return undefined;
}

export type Knee = {
  /** Redirects a second of the last step that held; undefined where the first one did not. */
  perSecond: number | undefined;
  /** What broke at the step after it; undefined where every step held. */
  broke: { perSecond: number; why: string } | undefined;
};

const rateOf = ({ phase }: PhaseFigures): number => (phase.kind === 'rate' ? phase.rate : 0);

/** Where a climb met the limit: the last of the steps that held before the first that did not. */
export function findKnee(steps: readonly PhaseFigures[], slo: Objective): Knee {
  const ran = steps.filter(({ started }) => started > 0);
  const first = ran.findIndex((step) => brokenBy(step, slo) !== undefined);
  const held = first === -1 ? ran.at(-1) : ran[first - 1];
  const broken = ran[first];
  const why = broken && brokenBy(broken, slo);
  return {
    perSecond: held && rateOf(held),
    broke: broken && why !== undefined ? { perSecond: rateOf(broken), why } : undefined,
  };
}
