import type { Generated } from 'kysely';

type CodeSecretsTable = {
  /** Always true: there is one row. */
  one: Generated<boolean>;
  secret: string;
  fingerprint: string;
  created_at: Generated<Date>;
};

export type CodeTables = { code_secrets: CodeSecretsTable };
