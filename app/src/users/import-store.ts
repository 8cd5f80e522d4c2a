import { sql } from 'kysely';
import type { Trx } from '../database.ts';
import type { ImportedUser } from './user.ts';

type Attempt = { place: number; id: number; inserted: boolean };

/**
 * Inserts what no unique index forbids, and answers of the rows that were refused their place in `users`. An id that a
 * user did not bring along comes from the sequence.
 */
export async function insertUsers(trx: Trx, users: readonly ImportedUser[]): Promise<number[]> {
  const { rows } = await sql<Attempt>`
    with given as materialized (
      select place, coalesce(id, nextval('users_id_seq')) as id, username, email, coalesce(created_at, now()) as created_at
      from json_to_recordset(${placed(users)}::json)
        as r (place int, id bigint, username text, email text, created_at timestamptz)
    ), inserted as (
      insert into users (id, username, email, created_at)
      select id, username, email, created_at from given order by place
      on conflict do nothing
      returning id, username, email
    )
    select place, given.id, inserted.id is not null as inserted
    from given left join inserted using (id, username, email)
    order by place`.execute(trx);
  return refusedPlaces(rows);
}

const placed = (users: readonly ImportedUser[]): string =>
  JSON.stringify(users.map((user, place) => ({ place, ...user })));

/** Of rows that are alike in all, the first is the one that was inserted. */
function refusedPlaces(attempts: readonly Attempt[]): number[] {
  const seen = new Set<number>();
  const refused: number[] = [];
  for (const { place, id, inserted } of attempts) {
    if (inserted && !seen.has(id)) seen.add(id);
    else refused.push(place);
  }
  return refused;
}

type Taken = { id: boolean; username: boolean; email: boolean };

/** For each of these users, which of its unique fields another one has. */
export async function takenFields(trx: Trx, users: readonly ImportedUser[]): Promise<Taken[]> {
  const { rows } = await sql<Taken>`
    select exists (select from users where users.id = r.id) as id,
      exists (select from users where users.username = r.username) as username,
      exists (select from users where lower(users.email) = lower(r.email)) as email
    from json_to_recordset(${placed(users)}::json) as r (place int, id bigint, username text, email text)
    order by place`.execute(trx);
  return rows;
}
