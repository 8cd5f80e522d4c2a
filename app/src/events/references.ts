import type { Db, Trx } from '../database.ts';
import { AppError, type FieldErrors } from '../http/problem.ts';

type References = { url_id?: number | null | undefined; user_id?: number | null | undefined };

/** A 422 that names each of the two that an event cannot be about, since there is none. */
export async function checkReferences(db: Db | Trx, { url_id, user_id }: References): Promise<void> {
  const url = url_id && (await db.selectFrom('urls').select('id').where('id', '=', url_id).executeTakeFirst());
  const user = user_id && (await db.selectFrom('users').select('id').where('id', '=', user_id).executeTakeFirst());
  const errors: FieldErrors = {
    ...(url_id && !url && { url_id: 'no such url' }),
    ...(user_id && !user && { user_id: 'no such user' }),
  };
  const described = Object.entries(errors).map(([field, message]) => `${field}: ${message}`);
  if (described.length > 0) throw new AppError('invalid', described.join('; '), { errors });
}
