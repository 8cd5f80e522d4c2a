import type { ChildProcess } from 'node:child_process';

/** Kills a child when this process exits, however it comes to that: also one that nobody holds yet, or any more. */
export function endWithUs(child: ChildProcess): void {
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
}
