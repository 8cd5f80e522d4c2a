import { setTimeout as sleep } from 'node:timers/promises';
import { testCommand } from '../engine/allow-body.ts';
import type { Container, ContainerId } from '../engine/engine.ts';
import type { EdgeResult, EdgeView, Wanted } from './edge.ts';
import { isCurrent, nextGeneration, parseUpstream, renderUpstream, type UpstreamShape } from './upstream.ts';
import type { UpstreamFile } from './upstream-file.ts';

type Deps = {
  engine: {
    run(id: ContainerId, command: readonly string[], signal: AbortSignal): Promise<{ code: number; output: string }>;
    hangUp(id: ContainerId, signal: AbortSignal): Promise<void>;
    processes(id: ContainerId, signal: AbortSignal): Promise<string[]>;
  };
  file: UpstreamFile;
  /** The generation that the running nginx answers on a new connection; rejects when it does not answer. */
  generation: (signal: AbortSignal) => Promise<number>;
  settings: () => { shape: UpstreamShape; proofTimeout: number };
  now: () => number;
};

/** Old and new workers both accept for a moment: one right answer proves nothing. */
const answersInARow = 3;
const betweenAnswers = 20;
/** A configuration that was refused, or a reload that did not show, is not tried again at once. */
const patience = 5_000;

/**
 * Brings the running nginx to what is wanted: write, test, SIGHUP, ask until the new generation answers. Level-triggered:
 * called each tick, it repairs whatever differs between wanted, file and live, and does nothing when they agree.
 */
export function createEdge({ engine, file, generation, settings, now }: Deps) {
  let refusedAt: number | null = null;
  let proven: ReadonlySet<string> = new Set();
  let hungUpAt = Number.NEGATIVE_INFINITY;

  async function prove(wanted: number, signal: AbortSignal): Promise<boolean> {
    const end = now() + settings().proofTimeout;
    for (let right = 0; now() < end && !signal.aborted; ) {
      const live = await generation(signal).catch(() => null);
      right = live === wanted ? right + 1 : 0;
      if (right === answersInARow) return true;
      await sleep(betweenAnswers, undefined, { signal }).catch(() => {});
    }
    return false;
  }

  async function putBack(): Promise<void> {
    const kept = await file.kept();
    if (kept !== null) await file.write(kept);
  }

  /** Tests what stands in the file, and tells the running nginx. */
  async function reload(id: ContainerId, next: number, signal: AbortSignal): Promise<EdgeResult> {
    const test = await engine.run(id, testCommand, signal).catch(() => null);
    if (test === null) return { kind: 'unreachable' };
    if (test.code !== 0) {
      refusedAt = now();
      await putBack();
      return { kind: 'test_failed', output: test.output };
    }
    refusedAt = null;
    hungUpAt = now();
    await engine.hangUp(id, signal);
    return { kind: (await prove(next, signal)) ? 'reloaded' : 'unproven' };
  }

  return {
    async look(signal: AbortSignal): Promise<EdgeView> {
      const [text, live] = await Promise.all([file.read(), generation(signal).catch(() => null)]);
      const parsed = text === null ? undefined : parseUpstream(text);
      const read = parsed !== undefined && parsed.generation === live;
      if (read) proven = new Set(parsed.servers.map(({ address }) => address));
      if (refusedAt !== null && now() - refusedAt >= patience) refusedAt = null;
      const state = refusedAt !== null ? 'refused' : read ? 'proven' : 'behind';
      return { text, file: parsed, live, state, proven };
    },

    async sync(container: Container | null, wanted: Wanted, view: EdgeView, signal: AbortSignal): Promise<EdgeResult> {
      const { shape } = settings();
      const same = view.text !== null && isCurrent(view.text, wanted.servers, wanted.down, shape);
      if (same && view.live === view.file?.generation) return { kind: 'current' };
      if (view.state === 'refused') return { kind: 'test_failed' };
      if (same && now() - hungUpAt < patience) return { kind: 'unproven' };
      const last = Math.max(view.file?.generation ?? 0, view.live ?? 0);
      const next = same && view.file ? view.file.generation : nextGeneration(last, now());
      if (!same) {
        if (view.text !== null && view.state === 'proven') await file.keep(view.text);
        await file.write(renderUpstream({ ...wanted, generation: next }, shape));
      }
      if (container?.state !== 'running') return { kind: 'unreachable' };
      return await reload(container.id, next, signal);
    },

    /** nginx workers of an earlier configuration that still have connections. */
    async oldWorkers(container: Container, signal: AbortSignal): Promise<number> {
      const processes = await engine.processes(container.id, signal);
      return processes.filter((line) => line.includes('worker process is shutting down')).length;
    },
  };
}

export type Edge = ReturnType<typeof createEdge>;
