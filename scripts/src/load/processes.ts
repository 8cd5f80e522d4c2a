import { readFile } from 'node:fs/promises';
import type { Usage } from './engine.ts';

/** A process of this machine with its children, which stands for a service that runs without a container. */
export type Watched = { service: string; pid: number };

const ticksPerSecond = 100;
const pageBytes = 4_096;

/** CPU seconds and resident bytes of one process; `reaped` is what its ended children have used (proc(5)). */
async function statOf(pid: number): Promise<{ own: number; reaped: number; bytes: number } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = text
    ?.replace(/^.*\) /s, '')
    .split(' ')
    .map(Number);
  if (!fields) return undefined;
  const at = (index: number) => fields[index] ?? 0;
  return {
    own: (at(11) + at(12)) / ticksPerSecond,
    reaped: (at(13) + at(14)) / ticksPerSecond,
    bytes: at(21) * pageBytes,
  };
}

const childrenOf = async (pid: number): Promise<number[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')).split(' ').filter(Boolean).map(Number);

/** A process that is there and its children. */
async function familyOf(pid: number) {
  const parent = await statOf(pid);
  if (!parent) return undefined;
  const children = (await Promise.all((await childrenOf(pid)).map(statOf))).filter((stat) => stat !== undefined);
  return { parent, children };
}

/** CPU seconds that a process and its children, if they run, have used so far; 0 when it is gone. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  const family = await familyOf(pid);
  return family ? family.children.reduce((sum, { own }) => sum + own, family.parent.own) : 0;
}

/** What processes have used since they started, and hold now; one that is gone is left out. Shared pages count twice. */
export async function readProcesses(watched: readonly Watched[]): Promise<Usage[]> {
  const looks = watched.map(async ({ service, pid }): Promise<Usage[]> => {
    const family = await familyOf(pid);
    if (!family) return [];
    const { children, parent } = family;
    return [
      {
        service,
        name: `${service} ${pid}`,
        cpuSeconds: children.reduce((sum, { own }) => sum + own, parent.own + parent.reaped),
        memoryBytes: children.reduce((sum, { bytes }) => sum + bytes, parent.bytes),
        throttledSeconds: 0,
      },
    ];
  });
  return (await Promise.all(looks)).flat();
}
