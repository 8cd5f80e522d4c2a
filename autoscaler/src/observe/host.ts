import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { type Host, type HostFigure, known, unknownAfter } from './observation.ts';

const missing = (error: unknown): boolean =>
  ['ENOENT', 'EOPNOTSUPP', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '');

async function figure(
  path: string,
  read: (text: string) => number,
  last: HostFigure | undefined,
  now: number,
): Promise<HostFigure> {
  try {
    return known(read(await readFile(path, 'utf8')), now);
  } catch (error) {
    if (missing(error)) return { kind: 'absent' };
    return unknownAfter(last?.kind === 'absent' ? undefined : last, (error as Error).message, now);
  }
}

const number = (text: string, pattern: RegExp): number => {
  const value = Number(pattern.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(value)) throw new Error(`no figure like ${pattern.source}`);
  return value;
};

/** Share of the last ten seconds in which some task waited for a CPU (pressure stall information of the kernel). */
export const parsePressure = (text: string): number => number(text, /some avg10=([\d.]+)/) / 100;

/** A field of /proc/meminfo in bytes. */
export const parseMemory = (text: string, field: string): number =>
  number(text, new RegExp(`^${field}:\\s+(\\d+) kB`, 'm')) * 1_024;

/** Reads the host's pressure, memory and CPUs from /proc, which in a container shows the host's. */
export function createHost({ proc }: { proc: string }) {
  const count = cpus().length; // Once: it costs as much as all the rest, and a machine that grows starts anew.
  let last: Host | undefined;
  return async (now: number): Promise<Host> => {
    const [pressure, available, total] = await Promise.all([
      figure(`${proc}/pressure/cpu`, parsePressure, last?.pressure, now),
      figure(`${proc}/meminfo`, (text) => parseMemory(text, 'MemAvailable'), last?.memoryAvailable, now),
      figure(`${proc}/meminfo`, (text) => parseMemory(text, 'MemTotal'), undefined, now),
    ]);
    const memory = total.kind === 'known' ? total.value : (last?.memory ?? Number.POSITIVE_INFINITY);
    last = { cpus: count, memory, memoryAvailable: available, pressure };
    return last;
  };
}
