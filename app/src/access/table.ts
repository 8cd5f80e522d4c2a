import type { ColumnType, Generated, Insertable, Selectable } from 'kysely';
import type { Scope } from './key.ts';

type ApiKeysTable = {
  id: Generated<number>;
  name: string;
  prefix: string;
  hash: Buffer;
  scopes: Scope[];
  rate_limit: number | null;
  created_at: ColumnType<Date, Date | undefined, never>;
  last_used_at: ColumnType<Date | null, never, Date>;
  revoked_at: ColumnType<Date | null, never, Date>;
};

type SessionsTable = { hash: Buffer; key_hash: Buffer; expires_at: Date };

export type AccessTables = { api_keys: ApiKeysTable; sessions: SessionsTable };
export type ApiKeyRow = Selectable<ApiKeysTable>;
export type NewApiKeyRow = Insertable<ApiKeysTable>;
