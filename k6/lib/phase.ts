/** A part of a run with figures of its own. Seconds count from the beginning of the run. */
export type Phase = {
  name: string;
  start: number;
  seconds: number;
  /** Whether the service is judged by it: not by a warm-up, and not by what is meant to be too much. */
  judged: boolean;
} & (
  | { kind: 'rate'; rate: number }
  /** People who wait for an answer before they go on, as many in the end as `users`. */
  | { kind: 'users'; from: number; users: number }
);

export type Shape =
  | { kind: 'flat' }
  | { kind: 'users'; users: number }
  /** Each step so many times the one before, up to `steps`; the first at the rate. */
  | { kind: 'climb'; steps: number; factor: number }
  /**
   * Up to the rate in equal steps and down again, then `calm` seconds of next to nothing in which replicas may go. Steps
   * beyond the `knee`, in iterations a second, are there to have them come and no time to judge.
   */
  | { kind: 'stairs'; steps: number; knee: number; calm: number }
  /** Calm, `times` as much for a moment, calm. */
  | { kind: 'spike'; times: number };

/** Seconds that phases take, one after another. */
export const lengthOf = (phases: readonly Phase[]): number => phases.reduce((sum, { seconds }) => sum + seconds, 0);

type Load = { rate: number; seconds: number; warmUp: number };

const pad = (step: number): string => String(step).padStart(2, '0');

function stepsOf(shape: Shape, rate: number): { name: string; rate: number; share: number; judged: boolean }[] {
  if (shape.kind === 'climb')
    return Array.from({ length: shape.steps }, (_, step) => ({
      name: `step_${pad(step + 1)}`,
      rate: Math.round(rate * shape.factor ** step),
      share: 1 / shape.steps,
      judged: false,
    }));
  if (shape.kind === 'stairs') {
    const up = Array.from({ length: shape.steps }, (_, step) => Math.round((rate * (step + 1)) / shape.steps));
    const all = [...up, ...up.toReversed().slice(1)];
    return all.map((each, step) => ({
      name: `step_${pad(step + 1)}`,
      rate: each,
      share: 1 / all.length,
      // What was too much leaves a queue to the step after it.
      judged: Math.max(each, all[step - 1] ?? 0) <= shape.knee,
    }));
  }
  if (shape.kind === 'spike')
    return [
      { name: 'calm', rate, share: 0.3, judged: true },
      { name: 'spike', rate: rate * shape.times, share: 0.3, judged: false },
      { name: 'after', rate, share: 0.4, judged: true },
    ];
  return [{ name: 'load', rate, share: 1, judged: true }];
}

/** Of the rate of the stairs: less than keeps two replicas busy. */
const calmShare = 0.05;

/** What comes when the load is over. */
const restOf = (shape: Shape, rate: number) =>
  shape.kind === 'stairs'
    ? [{ name: 'calm', rate: Math.max(1, Math.round(rate * calmShare)), seconds: shape.calm, judged: true }]
    : [];

/** The phases of a run, one after another: a warm-up, then what the shape says. */
export function phasesOf(shape: Shape, { rate, seconds, warmUp }: Load): Phase[] {
  if (shape.kind === 'users') {
    const { users } = shape;
    return [
      { name: 'warm_up', kind: 'users', start: 0, seconds: warmUp, from: 0, users, judged: false },
      { name: 'load', kind: 'users', start: warmUp, seconds, from: users, users, judged: true },
    ];
  }
  const phases: Phase[] = [
    {
      name: 'warm_up',
      kind: 'rate',
      start: 0,
      seconds: warmUp,
      rate: Math.max(1, Math.round(Math.min(rate, 500))),
      judged: false,
    },
  ];
  let start = warmUp;
  const steps = stepsOf(shape, rate).map(({ share, ...step }) => ({
    ...step,
    seconds: Math.max(1, Math.round(seconds * share)),
  }));
  for (const step of [...steps, ...restOf(shape, rate)]) {
    phases.push({ ...step, kind: 'rate', start });
    start += step.seconds;
  }
  return phases;
}
