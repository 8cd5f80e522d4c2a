import type { Run } from '../platform/run.ts';
import { isDiskFull } from './disk.ts';
import type { Aim, Fault } from './fault.ts';
import { figuresOf, isCacheAway, redirectsOf } from './figures.ts';
import type { Pace } from './pace.ts';
import { slow } from './recovery.ts';
import { stateOf } from './state.ts';

type Before = {
  state: string;
  processes: string;
  /** Redirects that it has answered; of replicas alone. */
  redirects: number;
};

/** How it was before a fault: containers by id, and the pace of the answers. */
export type Snapshot = { containers: ReadonlyMap<string, Before>; pace: Pace };

/** Whether a fault is there, as the engine and those who ask see it and not as it was asked for. */
export type Feeling = {
  snapshot(fault: Fault, aims: readonly Aim[]): Promise<Snapshot>;
  felt(fault: Fault, aims: readonly Aim[], before: Snapshot): Promise<boolean>;
};

/** What is still under way when it is counted, and what a second has too little. */
const tolerance = 0.8;

/** So many times the answers, or users who wait: what cannot be answered any more was felt all the more. */
const isSpike = (times: number, before: Pace, now: Pace): boolean =>
  before.rate > 0 && (now.rate >= tolerance * times * before.rate || (before.p95 < slow && now.p95 >= slow));

type Deps = {
  run: Run;
  /** Of the last seconds. */
  pace: () => Pace;
  /** The replicas that run. */
  replicas: () => Promise<readonly Aim[]>;
};

export function createFeeling({ run, pace, replicas }: Deps): Feeling {
  const processesOf = async (id: string) => (await run('docker', ['top', id, '-eo', 'pid'])).stdout.trim();
  const away = (seen: string) => seen === '' || /^(paused|exited|dead|removing)/.test(seen);
  const redirectsBy = async (id: string) => redirectsOf(await figuresOf(run, id));
  /** Those who need the cache must have noticed: that it does not run is what the drill has done itself. */
  async function isNoticed(): Promise<boolean> {
    const pages = await Promise.all((await replicas()).map(({ id }) => figuresOf(run, id)));
    return pages.length > 0 && pages.every(isCacheAway);
  }
  return {
    async snapshot(fault, aims) {
      const looks = aims.map(async ({ id }): Promise<[string, Before]> => {
        const redirects = fault.kind === 'replica' ? await redirectsBy(id) : 0;
        return [id, { state: await stateOf(run, id), processes: await processesOf(id), redirects }];
      });
      return { containers: new Map(await Promise.all(looks)), pace: pace() };
    },
    async felt(fault, aims, before) {
      if (fault.kind === 'traffic') return isSpike(fault.times, before.pace, pace());
      const looks = aims.map(async ({ id }) => {
        if (fault.kind === 'fill') return await isDiskFull(run, id, fault.file);
        if (fault.kind === 'reloads') return (await processesOf(id)) !== before.containers.get(id)?.processes;
        const seen = await stateOf(run, id);
        if (fault.kind === 'crash') return seen !== before.containers.get(id)?.state;
        // One that nobody was sent to is missed by nobody.
        return away(seen) && (fault.kind !== 'replica' || (before.containers.get(id)?.redirects ?? 0) > 0);
      });
      const there = looks.length > 0 && (await Promise.all(looks)).every(Boolean);
      const isCache = (fault.kind === 'kill' || fault.kind === 'pause') && fault.service === 'cache';
      return there && (!isCache || (await isNoticed()));
    },
  };
}
