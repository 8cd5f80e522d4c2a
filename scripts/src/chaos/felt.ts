import type { Run } from '../platform/run.ts';
import { isDiskFull } from './disk.ts';
import type { Aim, Fault } from './fault.ts';
import { stateOf } from './state.ts';

/** Containers by id, as they were before a fault: their state, and their processes. */
export type Snapshot = ReadonlyMap<string, { state: string; processes: string }>;

/** Whether a fault is there, as the engine sees it and not as it was asked for. */
export type Feeling = {
  snapshot(aims: readonly Aim[]): Promise<Snapshot>;
  felt(fault: Fault, aims: readonly Aim[], before: Snapshot): Promise<boolean>;
};

export function createFeeling({ run }: { run: Run }): Feeling {
  const processesOf = async (id: string) => (await run('docker', ['top', id, '-eo', 'pid'])).stdout.trim();
  const away = (seen: string) => seen === '' || /^(paused|exited|dead|removing)/.test(seen);
  return {
    async snapshot(aims) {
      const looks = aims.map(
        async ({ id }) => [id, { state: await stateOf(run, id), processes: await processesOf(id) }] as const,
      );
      return new Map(await Promise.all(looks));
    },
    async felt(fault, aims, before) {
      const looks = aims.map(async ({ id }) => {
        if (fault.kind === 'fill') return await isDiskFull(run, id, fault.file);
        if (fault.kind === 'reloads') return (await processesOf(id)) !== before.get(id)?.processes;
        const seen = await stateOf(run, id);
        return fault.kind === 'crash' ? seen !== before.get(id)?.state : away(seen);
      });
      return (await Promise.all(looks)).every(Boolean);
    },
  };
}
