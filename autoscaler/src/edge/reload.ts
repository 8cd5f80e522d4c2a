import { setTimeout as sleep } from 'node:timers/promises';
import { testCommand } from '../engine/allow-body.ts';
import type { ContainerId } from '../engine/engine.ts';
import type { EdgeResult } from './edge.ts';
import type { UpstreamFile } from './upstream-file.ts';

type Deps = {
  engine: {
    run(id: ContainerId, command: readonly string[], signal: AbortSignal): Promise<{ code: number; output: string }>;
    hangUp(id: ContainerId, signal: AbortSignal): Promise<void>;
  };
  file: Pick<UpstreamFile, 'write' | 'kept'>;
  generation: (signal: AbortSignal) => Promise<number>;
  proofTimeout: () => number;
  now: () => number;
};

/** Old and new workers both accept for a moment: one right answer proves nothing. */
const answersInARow = 3;
const betweenAnswers = 20;
/** A configuration that was refused, or a reload that did not show, is not tried again at once. */
const patience = 5_000;

/** Tells the running nginx to read its files: test, SIGHUP, ask on new connections until the new generation answers. */
export function createReload({ engine, file, generation, now, proofTimeout }: Deps) {
  let refusedAt = Number.NEGATIVE_INFINITY;
  let hungUpAt = Number.NEGATIVE_INFINITY;

  async function prove(wanted: number, signal: AbortSignal): Promise<boolean> {
    const end = now() + proofTimeout();
    for (let right = 0; now() < end && !signal.aborted; ) {
      const live = await generation(signal).catch(() => null);
      right = live === wanted ? right + 1 : 0;
      if (right === answersInARow) return true;
      await sleep(betweenAnswers, undefined, { signal }).catch(() => {});
    }
    return false;
  }

  return {
    /** A configuration was refused so lately that it is not tried again yet. */
    refused: (): boolean => now() - refusedAt < patience,
    /** A reload was asked for so lately that it may still show. */
    pending: (): boolean => now() - hungUpAt < patience,

    async reload(id: ContainerId, wanted: number, signal: AbortSignal): Promise<EdgeResult> {
      const test = await engine.run(id, testCommand, signal).catch(() => null);
      if (test === null) return { kind: 'unreachable' };
      if (test.code !== 0) {
        refusedAt = now();
        const kept = await file.kept();
        if (kept !== null) await file.write(kept);
        return { kind: 'test_failed', output: test.output };
      }
      hungUpAt = now();
      await engine.hangUp(id, signal);
      return { kind: (await prove(wanted, signal)) ? 'reloaded' : 'unproven' };
    },
  };
}

export type Reload = ReturnType<typeof createReload>;
