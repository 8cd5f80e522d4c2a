import type { Live } from './k6-live.ts';
import type { Moment } from './result.ts';
import { type Look, replicasAt } from './usage.ts';

/** k6's running counts as rates between two of them, each with the replicas that were there last. */
export const momentsOf = (live: readonly Live[], looks: readonly Look[]): Moment[] =>
  live.map((now, index) => {
    const before = live[index - 1] ?? { seconds: 0, requests: 0 };
    const length = now.seconds - before.seconds;
    const look = looks.findLast(({ seconds }) => seconds <= now.seconds);
    return {
      ...now,
      perSecond: length > 0 ? (now.requests - before.requests) / length : 0,
      replicas: look && replicasAt(look),
    };
  });
