import { sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import { AppError } from '../http/problem.ts';
import type { UserRow } from './table.ts';
import type { NewUser, UserChange } from './user.ts';

type Conflict = { code?: unknown; constraint?: unknown };

/** The unique indexes, in words for the client. */
const taken: Record<string, string> = {
  users_username_key: 'username is already taken',
  users_email_key: 'email is already taken',
};

/** What a statement answers; a taken name or address is a 409. */
async function orConflict<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    const { code, constraint } = cause as Conflict;
    const message = code === '23505' ? taken[String(constraint)] : undefined;
    throw message ? new AppError('conflict', message, { cause }) : cause;
  }
}

/** Adds a user; a taken name or address is a 409. */
export const insertUser = (trx: Trx, row: NewUser): Promise<UserRow> =>
  orConflict(trx.insertInto('users').values(row).returningAll().executeTakeFirstOrThrow());

export const findUser = (db: Db | Trx, id: number): Promise<UserRow | undefined> =>
  db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();

/** Changes what is given and answers the whole user, or undefined where there is none. */
export const updateUser = (trx: Trx, id: number, change: UserChange): Promise<UserRow | undefined> => {
  if (Object.keys(change).length === 0) return findUser(trx, id);
  return orConflict(trx.updateTable('users').set(change).where('id', '=', id).returningAll().executeTakeFirst());
};

/** Users by id, those after the given id, and how many there are: one statement, as each costs more than its rows. */
export async function listUsers(
  db: Db,
  after: number,
  offset: number,
  limit: number,
): Promise<{ rows: UserRow[]; total: number }> {
  const { rows } = await sql<UserRow & { total: number }>`/* list_users */
    select found.id, found.username, found.email, found.created_at, counted.total
    from (select coalesce(sum(rows), 0)::bigint as total from row_counts where table_name = 'users') as counted
    left join (
      select id, username, email, created_at from users
      where id > ${after} order by id offset ${offset} limit ${limit}
    ) as found on true
    order by found.id`.execute(db);
  // With no user on the page the count comes alone.
  return { rows: rows.filter(({ id }) => id !== null), total: rows[0]?.total ?? 0 };
}

/** Keeps others from adding anything that belongs to this user until the transaction ends; whether there is one. */
export async function lockUser(trx: Trx, id: number): Promise<boolean> {
  const row = await trx.selectFrom('users').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
  return row !== undefined;
}

/**
 * Keeps others from removing this user, or anything that belongs to it, until the transaction ends; whether there is
 * one. Urls may be added for it meanwhile.
 */
export async function holdUser(trx: Trx, id: number): Promise<boolean> {
  const row = await trx.selectFrom('users').select('id').where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
  return row !== undefined;
}

export async function deleteUser(trx: Trx, id: number): Promise<void> {
  await trx.deleteFrom('users').where('id', '=', id).execute();
}
