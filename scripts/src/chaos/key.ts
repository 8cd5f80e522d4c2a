import { randomBytes } from 'node:crypto';
import { type BorrowedKey, borrowKey } from '../load/borrowed-key.ts';
import { type Lender, revokeKeys } from '../load/revoke-keys.ts';
import { ScriptError } from '../platform/run.ts';
import type { Journal } from './journal.ts';

/** Revokes what has a name, if there is any, as soon as the service answers; throws where it does not within a minute. */
export async function revokeKey(lender: Lender, wanted: string): Promise<void> {
  await revokeKeys(lender, (name) => name === wanted).catch((cause: Error) => {
    throw new ScriptError(`the key ${wanted}: ${cause.message}`, { cause });
  });
}

type Deps = { lender: Lender; notes: Journal; print: (line: string) => void };

/** A key whose name is written down before it is made; disposing revokes it, or leaves that to the next run. */
export async function borrowNotedKey({ lender, notes, print }: Deps): Promise<BorrowedKey> {
  const name = `drill-${randomBytes(4).toString('hex')}`;
  await notes.add([{ kind: 'revoke-key', name }]);
  const { key } = await borrowKey(lender.service, lender.adminKey, name);
  return {
    key,
    [Symbol.asyncDispose]: () =>
      revokeKey(lender, name)
        .then(() => notes.clear())
        .catch((error: Error) =>
          print(`WARNING: ${error.message}. The next run does it, or scripts/chaos-test.sh --undo.`),
        ),
  };
}
