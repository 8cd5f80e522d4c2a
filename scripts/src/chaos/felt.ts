import type { Run } from '../platform/run.ts';
import { isDiskFull } from './disk.ts';
import type { Aim, Fault } from './fault.ts';
import type { Pace } from './pace.ts';
import { slow } from './recovery.ts';
import { stateOf } from './state.ts';

/** How it was before a fault: containers by id with their state and their processes, and the pace of the answers. */
export type Snapshot = { containers: ReadonlyMap<string, { state: string; processes: string }>; pace: Pace };

/** Whether a fault is there, as the engine and those who ask see it and not as it was asked for. */
export type Feeling = {
  snapshot(aims: readonly Aim[]): Promise<Snapshot>;
  felt(fault: Fault, aims: readonly Aim[], before: Snapshot): Promise<boolean>;
};

/** What is still under way when it is counted, and what a second has too little. */
const tolerance = 0.8;

/** So many times the answers, or users who wait: what cannot be answered any more was felt all the more. */
const isSpike = (times: number, before: Pace, now: Pace): boolean =>
  before.rate > 0 && (now.rate >= tolerance * times * before.rate || (before.p95 < slow && now.p95 >= slow));

/** `pace` is that of the last seconds. */
export function createFeeling({ run, pace }: { run: Run; pace: () => Pace }): Feeling {
  const processesOf = async (id: string) => (await run('docker', ['top', id, '-eo', 'pid'])).stdout.trim();
  const away = (seen: string) => seen === '' || /^(paused|exited|dead|removing)/.test(seen);
  return {
    async snapshot(aims) {
      const looks = aims.map(
        async ({ id }) => [id, { state: await stateOf(run, id), processes: await processesOf(id) }] as const,
      );
      return { containers: new Map(await Promise.all(looks)), pace: pace() };
    },
    async felt(fault, aims, before) {
      if (fault.kind === 'traffic') return isSpike(fault.times, before.pace, pace());
      const looks = aims.map(async ({ id }) => {
        if (fault.kind === 'fill') return await isDiskFull(run, id, fault.file);
        if (fault.kind === 'reloads') return (await processesOf(id)) !== before.containers.get(id)?.processes;
        const seen = await stateOf(run, id);
        return fault.kind === 'crash' ? seen !== before.containers.get(id)?.state : away(seen);
      });
      return looks.length > 0 && (await Promise.all(looks)).every(Boolean);
    },
  };
}
