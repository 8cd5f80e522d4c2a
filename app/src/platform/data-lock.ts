import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFile } from './file-lock.ts';

/**
 * Makes this process the only owner of `dataDir` until it disposes the lock or dies. Throws one sentence if another process
 * holds it or nothing can be written.
 */
export async function lockDataDir(dataDir: string): Promise<Disposable> {
  const holder = join(dataDir, 'lock.pid');
  await mkdir(dataDir, { recursive: true, mode: closed() }).catch(unwritable(dataDir));
  const lock = take(dataDir);
  if (!lock) {
    const pid = (await readFile(holder, 'utf8').catch(() => '')).trim();
    throw new Error(`${dataDir} is in use by another Shortstack${pid && ` (process ${pid})`}: stop it first`);
  }
  try {
    await writeFile(holder, `${process.pid}\n`, { mode: 0o600 });
  } catch (cause) {
    lock[Symbol.dispose]();
    return unwritable(dataDir)(cause);
  }
  return lock;
}

/** Nobody else may look in. Where we are root, Postgres is somebody else, who has to pass through to its own folder. */
const closed = (): number => (process.getuid?.() === 0 ? 0o711 : 0o700);

function take(dataDir: string): Disposable | undefined {
  try {
    return lockFile(join(dataDir, 'lock'));
  } catch (cause) {
    return unwritable(dataDir)(cause);
  }
}

function unwritable(dataDir: string): (cause: unknown) => never {
  return (cause) => {
    throw new Error(`Cannot write to the data folder ${dataDir}: ${String(cause)}`, { cause });
  };
}
