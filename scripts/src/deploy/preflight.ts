import type { Finding } from '../machine/requirements.ts';

/** What a deployment needs of the server; undefined where it could not be read. */
export type Circumstances = {
  memoryAvailable: number;
  /** Milliseconds by which the server's clock is ahead of whoever asks. */
  clockAhead: number | undefined;
  /** Whether it answers. */
  autoscaler: boolean;
  /** A release that the autoscaler has under way, and whether somebody has paused it. */
  rollout: string | undefined;
  paused: boolean;
  /** A backup or a restore drill runs. */
  busy: boolean;
};

const mebibyte = 1_048_576;
const leastMemory = 160 * mebibyte;
const mostClock = 60_000;

const wrong = (what: string, remedy: string): Finding => ({ kind: 'wrong', what, remedy });

/**
 * Why this is no moment for a deployment, each with what to do about it. An urgent one, which goes back, waits for no
 * backup, and may be what gives back the memory that is missing. What the machine lacks is found elsewhere.
 */
export function findObstacles(seen: Circumstances, urgent = false): Finding[] {
  const mebibytes = (bytes: number) => `${Math.round(bytes / mebibyte)} MiB`;
  const { memoryAvailable, clockAhead, rollout, paused, busy } = seen;
  return [
    ...(memoryAvailable < leastMemory
      ? [
          {
            kind: urgent ? ('warning' as const) : ('wrong' as const),
            what: `only ${mebibytes(memoryAvailable)} of memory are free: one more replica has no room`,
            remedy: 'docker stats',
          },
        ]
      : []),
    ...(clockAhead !== undefined && Math.abs(clockAhead) > mostClock
      ? [wrong(`the clocks differ by ${Math.round(clockAhead / 1_000)} s`, 'timedatectl set-ntp true, on both sides')]
      : []),
    ...(rollout === undefined ? [] : [wrong(`a release is under way: ${rollout}`, 'wait; scripts/status shows it')]),
    ...(paused ? [wrong('the autoscaler is paused', 'scripts/scale auto')] : []),
    ...(busy && !urgent ? [wrong('a backup or a restore drill runs', 'try again in some minutes')] : []),
  ];
}
