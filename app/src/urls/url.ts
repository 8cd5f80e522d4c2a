import { z } from 'zod';
import { parseAlias } from '../codes/short-code.ts';
import { bodyId, instant, text } from '../http/query.ts';
import { addressLength, hostOf, refuseAddress } from './address.ts';
import type { UrlRow } from './table.ts';

export const redirectTypes = [301, 302, 307, 308] as const;

const redirectType = z.literal(redirectTypes, 'one of 301, 302, 307, 308');
const aFlag = z.boolean('true or false');
const title = text(0, 500).nullable();
const expiresAt = instant.nullable();
const maxClicks = z.int('a whole number from 1').positive('a whole number from 1').nullable();
const tags = z
  .array(text(1, 50), 'a list of texts')
  .max(20, 'at most 20 tags')
  .transform((list) => [...new Set(list)]);

/** 3 to 32 letters, digits, _ and -, and not a word that is a route. */
export const alias = z
  .string('a text')
  .transform((value, context) => {
    const code = parseAlias(value);
    if (code) return code;
    context.addIssue({ code: 'custom', message: '3 to 32 letters, digits, _ and -, and not a reserved word' });
    return z.NEVER;
  })
  .meta({ override: { type: 'string', pattern: '^[0-9A-Za-z_-]{3,32}$' } });

const addressSchema = (ownHost: string) =>
  z
    .string('an absolute http:// or https:// address')
    .superRefine((value, context) => {
      const message = refuseAddress(value, ownHost);
      if (message) context.addIssue({ code: 'custom', message });
    })
    .meta({ override: { type: 'string', format: 'uri', maxLength: addressLength } });

/** What clients send about urls, for a service with this public address. */
export function urlSchemas(publicAddress: string) {
  const address = addressSchema(hostOf(publicAddress));
  const customAlias = alias.nullable().optional();
  const options = {
    title: title.optional(),
    expires_at: expiresAt.optional(),
    max_clicks: maxClicks.optional(),
    redirect_type: redirectType.optional(),
    forward_query: aFlag.optional(),
    tags: tags.optional(),
  };
  const owner = bodyId.nullable().optional();
  return {
    newUrl: z
      .object({ original_url: address, user_id: owner, custom_alias: customAlias, ...options })
      .meta({ id: 'NewUrl' }),
    urlChange: z
      .object({ original_url: address.optional(), is_active: aFlag.optional(), ...options })
      .meta({ id: 'UrlChange' }),
    shorten: z.object({ url: address, custom_alias: customAlias }).meta({ id: 'Shorten' }),
  };
}

export type UrlSchemas = ReturnType<typeof urlSchemas>;
export type NewUrl = z.output<UrlSchemas['newUrl']>;
export type UrlChange = z.output<UrlSchemas['urlChange']>;

export const url = z
  .object({
    id: z.int(),
    user_id: z.int().nullable(),
    short_code: z.string(),
    short_url: z.url(),
    original_url: z.string(),
    title: z.string().nullable(),
    is_active: z.boolean(),
    click_count: z.int().describe('Clicks counted so far; one is counted within seconds of its redirect.'),
    tags: z.array(z.string()),
    redirect_type: z.int(),
    forward_query: z.boolean(),
    expires_at: z.iso.datetime().nullable(),
    max_clicks: z.int().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Url' });
export type Url = z.output<typeof url>;

export const shortened = z
  .object({ short_code: z.string(), short_url: z.url(), original_url: z.string() })
  .meta({ id: 'Shortened' });

export type CountedUrlRow = UrlRow & { click_count: number };

/** The short link of a code. */
export const shortUrl = (publicAddress: string, code: string): string => `${publicAddress}/${code}`;

/** A url as clients see one. */
export const presentUrl = (row: CountedUrlRow, publicAddress: string): Url => ({
  id: row.id,
  user_id: row.user_id,
  short_code: row.short_code,
  short_url: shortUrl(publicAddress, row.short_code),
  original_url: row.original_url,
  title: row.title,
  is_active: row.is_active,
  click_count: row.click_count,
  tags: row.tags,
  redirect_type: row.redirect_type,
  forward_query: row.forward_query,
  expires_at: row.expires_at?.toISOString() ?? null,
  max_clicks: row.max_clicks,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
});
