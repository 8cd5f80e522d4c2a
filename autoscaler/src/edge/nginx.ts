import type { Container, ContainerId } from '../engine/engine.ts';
import type { EdgeResult, EdgeView, Wanted } from './edge.ts';
import type { Reload } from './reload.ts';
import { isCurrent, nextGeneration, parseUpstream, renderUpstream, type UpstreamShape } from './upstream.ts';
import type { UpstreamFile } from './upstream-file.ts';

type Deps = {
  file: UpstreamFile;
  reload: Reload;
  /** The generation that the running nginx answers on a new connection; rejects when it does not answer. */
  generation: (signal: AbortSignal) => Promise<number>;
  shape: () => UpstreamShape;
  now: () => number;
};

/**
 * Brings the running nginx to what is wanted. Level-triggered: called each tick, it repairs whatever differs between
 * wanted, file and live, and does nothing when they agree.
 */
export function createEdge({ file, generation, now, reload, shape }: Deps) {
  let proven: ReadonlySet<string> = new Set();

  async function look(signal: AbortSignal): Promise<EdgeView> {
    const [text, live] = await Promise.all([file.read(), generation(signal).catch(() => null)]);
    const parsed = text === null ? undefined : parseUpstream(text);
    const read = parsed !== undefined && parsed.generation === live;
    if (read) proven = new Set(parsed.servers.map(({ address }) => address));
    const state = reload.refused() ? 'refused' : read ? 'proven' : 'behind';
    return { text, file: parsed, live, state, proven };
  }

  /** Puts the file in place; answers its generation. What nginx has proven to run with is set aside first. */
  async function write(wanted: Wanted, view: EdgeView): Promise<number> {
    const next = nextGeneration(Math.max(view.file?.generation ?? 0, view.live ?? 0), now());
    if (view.text !== null && view.state === 'proven') await file.keep(view.text);
    await file.write(renderUpstream({ ...wanted, generation: next }, shape()));
    return next;
  }

  async function sync(
    container: Container | null,
    wanted: Wanted,
    view: EdgeView,
    signal: AbortSignal,
  ): Promise<EdgeResult> {
    const same = view.text !== null && isCurrent(view.text, wanted.servers, wanted.down, shape());
    if (same && view.live === view.file?.generation) return { kind: 'current' };
    if (view.state === 'refused') return { kind: 'test_failed' };
    if (same && reload.pending()) return { kind: 'unproven' };
    const next = same && view.file ? view.file.generation : await write(wanted, view);
    if (container?.state !== 'running') return { kind: 'unreachable' };
    return await reload.reload(container.id, next, signal);
  }

  return { look, sync };
}

type Processes = { processes(id: ContainerId, signal: AbortSignal): Promise<string[]> };

/** How many nginx workers of an earlier configuration still have connections. */
export async function countOldWorkers(engine: Processes, { id }: Container, signal: AbortSignal): Promise<number> {
  const processes = await engine.processes(id, signal);
  return processes.filter((line) => line.includes('worker process is shutting down')).length;
}
