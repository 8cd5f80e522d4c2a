import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { dirname, join } from 'node:path';

/** Where the engine keeps its containers' share of the CPU, by cgroup version, and what ten ordinary shares are there. */
const groups = [
  { file: '/sys/fs/cgroup/cpu/docker/cpu.shares', shares: '10240' },
  { file: '/sys/fs/cgroup/docker/cpu.weight', shares: '1000' },
];

/** Every thread of the engine and of the program that it starts containers with: what they start is like them. */
function engineThreads(): number[] {
  const engine = readFileSync('/var/run/docker.pid', 'utf8').trim();
  // Whichever of its threads has started it.
  const children = readdirSync(`/proc/${engine}/task`).flatMap((thread) =>
    readFileSync(`/proc/${engine}/task/${thread}/children`, 'utf8').split(' '),
  );
  const programs = [engine, ...children.filter((child) => child !== '')];
  return programs.flatMap((pid) => readdirSync(`/proc/${pid}/task`).map(Number));
}

/**
 * Lets the engine and its containers have the CPU before the clients that load them, and before whatever else runs here:
 * to the kernel all containers together are otherwise one process among many. Where that is not ours to say, it is left.
 */
export function giveEnginePrecedence(): void {
  try {
    const group = groups.find(({ file }) => existsSync(join(dirname(dirname(file)), file.split('/').at(-1) ?? '')));
    if (group) {
      mkdirSync(dirname(group.file), { recursive: true });
      writeFileSync(group.file, group.shares);
    }
    for (const thread of engineThreads()) setPriority(thread, constants.priority.PRIORITY_HIGH);
  } catch (error) {
    console.warn(`the engine has no precedence over other programs: ${(error as Error).message}`);
  }
}
