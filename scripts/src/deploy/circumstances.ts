import { readFile } from 'node:fs/promises';
import type { Autoscaler } from '../stack/autoscaler.ts';
import type { Compose } from '../stack/compose.ts';
import type { Circumstances } from './preflight.ts';

type Deps = { compose: Compose; autoscaler: Autoscaler; now: () => number };

async function readMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8');
  return Number(/^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1_024;
}

/** Looks whether this is a moment for a deployment. */
export async function readCircumstances(deps: Deps, askedAt: number): Promise<Circumstances> {
  const { compose, autoscaler, now } = deps;
  const clockAhead = askedAt > 0 ? now() - askedAt : undefined;
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
