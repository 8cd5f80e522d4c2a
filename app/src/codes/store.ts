import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { agreedSecret, fingerprintOf, makeSecret } from './secret.ts';

/** Numbers of one block; the sequence moves by as many. */
export const blockSize = 1_000;

/** Reserves the next block and answers its first number. Not given back by a rollback or a crash. */
export async function reserveBlock(db: Db): Promise<number> {
  const { rows } = await sql<{ first: number }>`select nextval('code_blocks') as first`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('the sequence of code blocks gave nothing');
  return row.first;
}

/** Leaves out this many numbers, rounded up to blocks: nobody gets a code from them any more. */
export async function skipNumbers(db: Db, numbers: number): Promise<void> {
  const blocks = Math.ceil(numbers / blockSize) * blockSize;
  await sql`select setval('code_blocks', last_value + ${blocks}::bigint) from code_blocks`.execute(db);
}

/**
 * The secret of this database's codes. The first caller stores the given one, or makes one; later a different one
 * throws CodeSecretRefused.
 */
export async function loadSecret(db: Db, given: string | undefined): Promise<string> {
  const stored = () => db.selectFrom('code_secrets').select('secret').executeTakeFirst();
  const before = await stored();
  if (before) return agreedSecret(before.secret, given);
  const secret = given ?? makeSecret();
  const row = { secret, fingerprint: fingerprintOf(secret) };
  await db
    .insertInto('code_secrets')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const after = await stored();
  if (!after) throw new Error('the secret of the codes cannot be stored');
  return agreedSecret(after.secret, given);
}
