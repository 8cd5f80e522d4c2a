import { readFile } from 'node:fs/promises';

const ticksPerSecond = 100;

/** CPU seconds that a process of this machine has used so far; 0 when it is gone (proc(5), utime and stime). */
export async function cpuSecondsOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = text
    .replace(/^.*\) /s, '')
    .split(' ')
    .map(Number);
  return ((fields[11] ?? 0) + (fields[12] ?? 0)) / ticksPerSecond;
}
