import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RedisProgram } from './redis-program.ts';

const run = promisify(execFile);

/**
 * The same server on a disk whose every fsync takes so many milliseconds longer. Throws a sentence where that cannot be
 * had, as on the usual disk a test would show nothing: there is no C compiler, or the server runs in a container.
 */
export async function onSlowDisk(program: RedisProgram, folder: string, milliseconds: number): Promise<RedisProgram> {
  if (program.kind !== 'binary') {
    throw new Error(
      'Slow fsyncs need a server that is a program of this machine: install one, or set TEST_REDIS_SERVER',
    );
  }
  const library = join(folder, 'slow-fsync.so');
  const source = join(import.meta.dirname, 'slow-fsync.c');
  await run('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']).catch((cause: Error) => {
    throw new Error(`Slow fsyncs need a C compiler and its library (gcc and libc6-dev): ${cause.message}`, { cause });
  });
  const path = join(folder, 'server-on-slow-disk');
  const script = `#!/bin/sh\nLD_PRELOAD=${library} SLOW_FSYNC_MS=${milliseconds} exec ${program.path} "$@"\n`;
  await writeFile(path, script, { mode: 0o755 });
  return { kind: 'binary', path };
}
