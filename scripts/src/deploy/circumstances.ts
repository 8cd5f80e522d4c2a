import { readFile } from 'node:fs/promises';
import type { Autoscaler } from '../stack/autoscaler.ts';
import type { Compose } from '../stack/compose.ts';
import type { Circumstances } from './preflight.ts';

type Deps = { compose: Compose; autoscaler: Autoscaler };

/** When it was asked for by the clock of whoever asks (0: it is not known), and when that arrived by ours. */
export type Asked = { askedAt: number; arrivedAt: number };

async function readMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8');
  return Number(/^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1_024;
}

/** Looks whether this is a moment for a deployment. */
export async function readCircumstances(deps: Deps, { askedAt, arrivedAt }: Asked): Promise<Circumstances> {
  const { compose, autoscaler } = deps;
  // What has been waited for since is no difference of clocks.
  const clockAhead = askedAt > 0 ? arrivedAt - askedAt : undefined;
  const [memoryAvailable, status, top] = await Promise.all([
    readMemory(),
    autoscaler.status(),
    compose.run(['top', 'backup']),
  ]);
  return {
    memoryAvailable,
    clockAhead,
    autoscaler: status !== undefined,
    rollout: status?.rollout ? `${status.rollout.to.image}, ${status.rollout.phase}` : undefined,
    paused: status?.paused ?? false,
    busy: /pgbackrest|postgres -D/.test(top.stdout),
  };
}
