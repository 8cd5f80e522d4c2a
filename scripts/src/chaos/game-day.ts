import { setTimeout as sleep } from 'node:timers/promises';
import { type Breaking, breakIt, cure, isFelt } from './break.ts';
import type { Happened } from './day-verdict.ts';
import type { Expectation } from './expectation.ts';

import type { Planned } from './schedule.ts';
import type { Stage } from './stage.ts';

type Deps = Breaking & { stage: Stage; of: (name: string) => Expectation; signal: AbortSignal };

const look = 500;

/** Whether a fault was there at one of the looks until its time is over. */
async function feelUntil(end: number, signal: AbortSignal, felt: () => Promise<boolean>): Promise<boolean> {
  let seen = false;
  while (Date.now() < end && !signal.aborted) {
    seen ||= await felt();
    await sleep(Math.min(look, Math.max(1, end - Date.now())), undefined, { signal }).catch(() => {});
  }
  return seen || (await felt());
}

async function oneFault(deps: Deps, { drill, seconds }: Planned): Promise<Happened> {
  const { feeling, of, signal, stage } = deps;
  const injected = Date.now();
  stage.say(drill.name);
  let felt = false;
  let broken = injected;
  try {
    const hits = await breakIt(deps, drill.faults);
    broken = Date.now();
    felt = await feelUntil(injected + seconds * 1_000, signal, () => isFelt(feeling, hits));
  } finally {
    await cure(deps);
    stage.say('');
  }
  return { name: drill.name, expected: of(drill.name), felt, injected, broken, cured: Date.now() };
}

/** Does every fault at its time; whatever happens, what was broken is put back before this ends. */
export async function runDay(deps: Deps, planned: readonly Planned[], seconds: number): Promise<Happened[]> {
  const { signal } = deps;
  const start = Date.now();
  const rest = (at: number) =>
    sleep(Math.max(0, start + at * 1_000 - Date.now()), undefined, { signal }).catch(() => {});
  const happened: Happened[] = [];
  for (const fault of planned) {
    await rest(fault.at);
    if (signal.aborted) return happened;
    happened.push(await oneFault(deps, fault));
  }
  await rest(seconds);
  return happened;
}
