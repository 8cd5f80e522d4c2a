/** Why a decision is what it is. The same word stands in the log, the metric and the tests; docs/autoscaler.md explains each. */
export const reasons = [
  'steady',
  'load_up',
  'load_down',
  'below_min',
  'above_max',
  'window_up',
  'window_down',
  'rate_up',
  'rate_down',
  'saturated',
  'memory_low',
  'pressure',
  'slow',
  'stats_missing',
  'stats_partial',
  'pinned',
  'paused',
  'releasing',
  'no_template',
  'engine_unreachable',
  'tick_failed',
  'standby',
] as const;
export type Reason = (typeof reasons)[number];

export type Decision = {
  /** Replicas there shall be. */
  desired: number;
  /** Replicas the load asks for, before windows, rates and caps. */
  wanted: number;
  reason: Reason;
  /** What the machine and the settings allow at most, and which of them it is that binds. */
  effectiveMax: number;
  boundBy: Bound;
  saturated: boolean;
};

export const bounds = ['settings', 'cpu', 'memory', 'connections'] as const;
export type Bound = (typeof bounds)[number];

/** A value on its way through the clamps: each names itself as the reason only where it changed something. */
export type Clamped = { replicas: number; reason: Reason };

/** Applies a clamp's result: a changed number brings the clamp's reason, an unchanged one keeps the old. */
export const clampTo = (before: Clamped, replicas: number, reason: Reason): Clamped =>
  replicas === before.replicas ? before : { replicas, reason };
