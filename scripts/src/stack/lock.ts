import { mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFile } from '../../../app/src/platform/file-lock.ts';
import { Refused, ScriptError } from '../platform/run.ts';

/** What changes the stack, and who asked for it. */
export type Holder = { what: string; by: string };

type Deps = { root: string; now: () => number };

/** Of the server or of whoever works here: no release has it, and no deployment touches it. */
const folder = '.data';
/** It is that of `npm start` as well: nobody else may look in, and Postgres's user passes through. */
const closed = 0o711;

const placeIn = (root: string) => join(root, folder, 'stack-lock');
const noteIn = (root: string) => `${placeIn(root)}.holder`;

async function refusal(root: string): Promise<Refused> {
  const holder = (await readFile(noteIn(root), 'utf8').catch(() => '')).trim() || 'another verb';
  return new Refused(
    `refused, this changes the stack already: ${holder}. Wait until it has ended, or end it with Ctrl-C where it runs (a deployment goes on all the same), and try again`,
  );
}

const unwritable = (root: string, cause: unknown): ScriptError =>
  new ScriptError(
    `${join(root, folder)} cannot be written, where a verb says that it changes the stack: ${String(cause)}`,
    {
      cause,
    },
  );

async function take(root: string): Promise<Disposable | undefined> {
  try {
    await mkdir(join(root, folder), { recursive: true, mode: closed });
    return lockFile(placeIn(root));
  } catch (cause) {
    throw unwritable(root, cause);
  }
}

/**
 * Makes this process the only one that changes the stack of a folder, until it disposes the lock or
 * dies; throws `Refused` with who else does. The kernel gives back the lock of one that was killed, and sees it from inside a container,
 * too.
 */
export async function lockStack({ root, now }: Deps, { what, by }: Holder): Promise<AsyncDisposable> {
  const lock = await take(root);
  if (!lock) throw await refusal(root);
  await writeFile(noteIn(root), `${what}, by ${by}, since ${new Date(now()).toISOString()}\n`);
  return {
    async [Symbol.asyncDispose]() {
      await rm(noteIn(root), { force: true });
      lock[Symbol.dispose]();
    },
  };
}

/** Leaves nothing of the lock in a folder whose stack is gone; what others keep beside it stays. */
export async function removeLock(root: string): Promise<void> {
  for (const file of [noteIn(root), placeIn(root)]) await rm(file, { force: true });
  await rmdir(join(root, folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOENT') throw error;
  });
}
