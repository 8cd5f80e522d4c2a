import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RedisProgram } from './redis-program.ts';

const run = promisify(execFile);

/**
 * The same server on a disk whose every fsync takes so many milliseconds longer. Where there is no C compiler, or the
 * server runs in a container, the disk stays as it is.
 */
export async function onSlowDisk(program: RedisProgram, folder: string, milliseconds: number): Promise<RedisProgram> {
  if (program.kind !== 'binary') return program;
  const library = join(folder, 'slow-fsync.so');
  const source = join(import.meta.dirname, 'slow-fsync.c');
  const compiled = await run('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']).then(
    () => true,
    () => false,
  );
  if (!compiled) return program;
  const path = join(folder, 'server-on-slow-disk');
  const script = `#!/bin/sh\nLD_PRELOAD=${library} SLOW_FSYNC_MS=${milliseconds} exec ${program.path} "$@"\n`;
  await writeFile(path, script, { mode: 0o755 });
  return { kind: 'binary', path };
}
