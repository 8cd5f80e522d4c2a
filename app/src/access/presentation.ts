import { z } from 'zod';
import { text } from '../http/query.ts';
import { scopes } from './key.ts';
import type { ApiKeyRow } from './table.ts';

const rateLimit = z.int().min(0).max(1_000_000);

export const newKey = z
  .object({
    name: text(1, 100),
    scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
    rate_limit: rateLimit
      .nullish()
      .describe('Requests a minute and class of route, instead of the settings; 0 lifts the limits'),
  })
  .meta({ id: 'NewKey' });

const instant = z.iso.datetime();
const shown = {
  id: z.int(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(z.enum(scopes)),
  rate_limit: rateLimit.nullable(),
  created_at: instant,
  last_used_at: instant.nullable().describe('To the hour'),
  revoked_at: instant.nullable(),
};

export const apiKey = z.object(shown).meta({ id: 'Key' });
export const madeKey = z.object({ ...shown, key: z.string().describe('Shown this once') }).meta({ id: 'MadeKey' });

/** A key as clients see one: never the key itself, nor its hash. */
export const presentKey = (row: ApiKeyRow): z.output<typeof apiKey> => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes,
  rate_limit: row.rate_limit,
  created_at: row.created_at.toISOString(),
  last_used_at: row.last_used_at?.toISOString() ?? null,
  revoked_at: row.revoked_at?.toISOString() ?? null,
});
