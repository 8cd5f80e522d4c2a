import type { Generated, Selectable } from 'kysely';

type UsersTable = {
  id: Generated<number>;
  username: string;
  email: string;
  created_at: Generated<Date>;
};

export type UserTables = { users: UsersTable };
export type UserRow = Selectable<UsersTable>;
