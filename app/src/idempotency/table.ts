import type { Generated } from 'kysely';

type IdempotencyKeysTable = {
  subject: string;
  key: string;
  fingerprint: string;
  location: string | null;
  body: string | null;
  created_at: Generated<Date>;
};

export type IdempotencyTables = { idempotency_keys: IdempotencyKeysTable };
