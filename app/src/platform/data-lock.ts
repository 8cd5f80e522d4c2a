import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

// An owner that was killed just now still holds it until the kernel has taken it apart.
const patienceMilliseconds = 1_000;

/**
 * Makes this process the only owner of `dataDir` until it disposes the lock or dies.
 * SQLite's exclusive lock is the one advisory file lock that Node brings along: the kernel gives it back when we are
 * killed, so there is no stale lock to judge. Throws one sentence if another process holds it or nothing can be written.
 */
export async function lockDataDir(dataDir: string): Promise<Disposable> {
  const file = join(dataDir, 'lock');
  const holder = join(dataDir, 'lock.pid');
  await mkdir(dataDir, { recursive: true, mode: closed() }).catch(unwritable(dataDir));
  const lock = open(file, dataDir);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if (!isBusy(cause)) return unwritable(dataDir)(cause);
    const pid = (await readFile(holder, 'utf8').catch(() => '')).trim();
    throw new Error(`${dataDir} is in use by another Shortstack${pid && ` (process ${pid})`}: stop it first`, {
      cause,
    });
  }
  try {
    await writeFile(holder, `${process.pid}\n`, { mode: 0o600 });
  } catch (cause) {
    lock.close();
    return unwritable(dataDir)(cause);
  }
  return { [Symbol.dispose]: () => lock.close() };
}

/** Nobody else may look in. Where we are root, Postgres is somebody else, who has to pass through to its own folder. */
const closed = (): number => (process.getuid?.() === 0 ? 0o711 : 0o700);

function open(file: string, dataDir: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout: patienceMilliseconds });
  } catch (cause) {
    return unwritable(dataDir)(cause);
  }
}

const sqliteBusy = 5;
const isBusy = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === sqliteBusy;

function unwritable(dataDir: string): (cause: unknown) => never {
  return (cause) => {
    throw new Error(`Cannot write to the data folder ${dataDir}: ${String(cause)}`, { cause });
  };
}
