import { type Intent, logRelease } from '../control/intent-record.ts';
import type { Figures } from '../observe/figures.ts';
import type { Observation } from '../observe/observation.ts';
import type { Replica } from '../replicas/replica.ts';
import { firstRelease } from './choose.ts';
import { normalBefore, rolloutFacts } from './facts.ts';
import { advance, type Release, type ReleasePolicy, type RolloutNews, wantedRelease } from './release.ts';

type Deps = {
  intent: { current(): Intent; update(change: (intent: Intent) => Intent): Promise<Intent> };
  figures: Figures;
  policy: () => ReleasePolicy;
  now: () => number;
};

/** Says of which release replicas shall be, and writes each turn of a rollout down before anything follows from it. */
export function createSettle({ intent, figures, policy, now }: Deps) {
  /** Takes a rollout one look further. */
  async function rollout(replicas: readonly Replica[], desired: number): Promise<RolloutNews | undefined> {
    const { rollout: noted } = intent.current();
    if (noted === null) return undefined;
    const at = now();
    const under = noted.before === null ? { ...noted, before: normalBefore(figures, noted) } : noted;
    const progress = advance(under, rolloutFacts(under, replicas, desired, figures, at), policy(), at);
    const { rollout: next } = progress;
    if (progress.kind === 'going') {
      const turned = under.phase !== next.phase;
      if (turned || noted.before === null || under.bakeFrom !== next.bakeFrom)
        await intent.update((before) => ({ ...before, rollout: next }));
      return turned && next.cause !== null ? { kind: 'back', rollout: next, cause: next.cause } : undefined;
    }
    const { outcome } = progress;
    const release = outcome === 'done' ? next.to : next.from;
    const entry = { release: next.to, outcome, cause: next.cause, by: next.by, at };
    await intent.update((before) => logRelease({ ...before, release, rollout: null }, entry));
    return { kind: 'over', rollout: next, outcome };
  }

  /** The release wanted now; the first one is found here while nobody has ever asked for one. */
  async function release({ replicas, templates }: Observation, acting: boolean): Promise<Release | undefined> {
    const { release: current, rollout: under } = intent.current();
    if (under !== null) return wantedRelease(under);
    if (current !== null) return current;
    const containers = replicas.map(({ container }) => container);
    const first = firstRelease(templates, containers, now());
    if (first !== undefined && acting) {
      const entry = { release: first, outcome: 'done' as const, cause: null, by: 'start', at: now() };
      await intent.update((before) => logRelease({ ...before, release: first }, entry));
    }
    return first;
  }

  return { rollout, release };
}

export type Settle = ReturnType<typeof createSettle>;
