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

async function orConflict<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (cause) {
    const { code, constraint } = cause as Conflict;
    const message = code === '23505' ? taken[String(constraint)] : undefined;
    throw message ? new AppError('conflict', message, { cause }) : cause;
  }
}

/** Adds a user; a taken name or address is a 409. */
export const insertUser = (db: Db | Trx, row: NewUser): Promise<UserRow> =>
  orConflict(db.insertInto('users').values(row).returningAll().executeTakeFirstOrThrow());

export const findUser = (db: Db | Trx, id: number): Promise<UserRow | undefined> =>
  db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();

/** Changes what is given and answers the whole user, or undefined where there is none. */
export const updateUser = (db: Db | Trx, id: number, change: UserChange): Promise<UserRow | undefined> => {
  if (Object.keys(change).length === 0) return findUser(db, id);
  return orConflict(db.updateTable('users').set(change).where('id', '=', id).returningAll().executeTakeFirst());
};

/** Users by id, those after the given id. */
export const listUsers = (db: Db, after: number, offset: number, limit: number): Promise<UserRow[]> =>
  db.selectFrom('users').selectAll().where('id', '>', after).orderBy('id').offset(offset).limit(limit).execute();

export async function countUsers(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('users')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
