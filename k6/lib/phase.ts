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
  /** Up to the rate in equal steps and down again. */
  | { kind: 'stairs'; steps: number }
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
      judged: true,
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
  for (const { name, rate: each, share, judged } of stepsOf(shape, rate)) {
    const length = Math.max(1, Math.round(seconds * share));
    phases.push({ name, kind: 'rate', start, seconds: length, rate: each, judged });
    start += length;
  }
  return phases;
}
