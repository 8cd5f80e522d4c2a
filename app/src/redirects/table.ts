import type { Generated } from 'kysely';

type UrlUsesTable = {
  url_id: number;
  uses: number;
  /** How many uses the last statement was given. */
  granted: number;
};

type CacheEpochTable = { one: Generated<boolean>; epoch: number };

export type RedirectTables = { url_uses: UrlUsesTable; cache_epoch: CacheEpochTable };
