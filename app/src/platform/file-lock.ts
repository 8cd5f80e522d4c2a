import { DatabaseSync } from 'node:sqlite';

// An owner that was killed just now still holds it until the kernel has taken it apart.
const patienceMilliseconds = 1_000;
const sqliteBusy = 5;

const isBusy = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === sqliteBusy;

/**
 * Makes this process the only holder of a file until it disposes the lock or dies; undefined while another one holds it.
 * SQLite's exclusive lock is the one advisory file lock that Node brings along: the kernel gives it back when we are
 * killed, so there is no stale lock to judge. Throws where the file cannot be written, or is something else.
 */
export function lockFile(path: string): Disposable | undefined {
  const lock = new DatabaseSync(path, { timeout: patienceMilliseconds });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if (isBusy(cause)) return undefined;
    throw cause;
  }
  return { [Symbol.dispose]: () => lock.close() };
}
