import { readFile } from 'node:fs/promises';
import { family } from '../app/tests/support/processes.ts';

const ticksPerSecond = 100;
const pageBytes = 4_096;

type Stat = { own: number; reaped: number; pages: number };

async function statOf(pid: number): Promise<Stat> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = text
    .replace(/^.*\) /s, '')
    .split(' ')
    .map(Number);
  const at = (index: number) => fields[index] ?? 0;
  // Counted from the field after the name: utime 11, stime 12, cutime 13, cstime 14, rss 21 (proc(5)).
  return { own: at(11) + at(12), reaped: at(13) + at(14), pages: at(21) };
}

/** CPU seconds that a process and its children have used, those included that have ended. */
export async function cpuSeconds(pid: number): Promise<number> {
  const [parent, ...children] = await Promise.all((await family(pid)).map(statOf));
  if (!parent) return 0;
  return (parent.own + parent.reaped + children.reduce((sum, { own }) => sum + own, 0)) / ticksPerSecond;
}

/** Resident bytes of one process. */
export const residentBytes = async (pid: number): Promise<number> => (await statOf(pid)).pages * pageBytes;
