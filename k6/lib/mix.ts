/** One thing that a client does. `classic` is a whole visit: health, users, one user's urls, a create, a look at it. */
export type Action =
  | 'redirect'
  | 'unknown'
  | 'inactive'
  | 'create'
  | 'list'
  | 'stats'
  | 'events'
  | 'bulk'
  | 'health'
  | 'classic';

/** Shares that add up to 1. */
export type Mix = readonly (readonly [Action, number])[];

/** The action that a draw in [0, 1) stands for. */
export function pickAction(mix: Mix, u: number): Action {
  let sum = 0;
  for (const [action, share] of mix) {
    sum += share;
    if (u < sum) return action;
  }
  return mix.at(-1)?.[0] ?? 'redirect';
}

/** What a service like this one sees: 95 % are redirects that somebody follows. */
export const realistic: Mix = [
  ['redirect', 0.95],
  ['unknown', 0.01],
  ['inactive', 0.005],
  ['create', 0.015],
  ['list', 0.01],
  ['stats', 0.01],
];

export const redirectsOnly: Mix = [['redirect', 1]];
