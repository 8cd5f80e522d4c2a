import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type ScratchFolder = AsyncDisposable & { readonly path: string };

// What the servers in it write while they end comes after the first sweep.
const sweep = 'while read -r _; do :; done; for _ in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$0"; sleep 1; done';

/**
 * A temporary folder that is gone when it is disposed, and also when this process is killed: a shell in a session of its
 * own waits for the end of a pipe of which only we hold the other side. Other users may look in.
 */
export async function scratchFolder(): Promise<ScratchFolder> {
  const path = await mkdtemp(join(tmpdir(), 'shortstack-'));
  await chmod(path, 0o755);
  const broom = spawn('/bin/sh', ['-c', sweep, path], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  broom.on('error', () => {}); // No shell, no broom: the system clears its temporary folder some day.
  broom.unref();
  const dispose = async (): Promise<void> => {
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
    broom.kill('SIGKILL');
  };
  return { path, [Symbol.asyncDispose]: dispose };
}
