import { CompiledQuery, sql } from 'kysely';
import type { ShortCode } from '../codes/short-code.ts';
import type { Db } from '../database.ts';
import { locationOf } from '../urls/address.ts';
import type { Link } from './target.ts';

type LinkRow = {
  id: number;
  short_code: string;
  original_url: string;
  is_active: boolean;
  redirect_type: number;
  forward_query: boolean;
  expires_at: Date | null;
  max_clicks: number | null;
};

/** What one statement was given of the uses it asked for. */
export type Spent = { link: Link; granted: number };
/** A use that was granted or not, or null: there is no such code. */
export type Use = { link: Link; granted: boolean } | null;

const columns = [
  'id',
  'short_code',
  'original_url',
  'is_active',
  'redirect_type',
  'forward_query',
  'expires_at',
  'max_clicks',
] as const satisfies readonly (keyof LinkRow)[];

/** The Location of an address; undefined for one that got into the table past our rules and fits no header. */
function locationIn(address: string): string | undefined {
  try {
    return locationOf(address);
  } catch {
    return undefined;
  }
}

const linkAt = (row: LinkRow, location: string | undefined): Link => ({
  id: row.id,
  location: location ?? '',
  status: row.redirect_type,
  forwardQuery: row.forward_query,
  active: row.is_active && location !== undefined,
  expiresAt: row.expires_at?.getTime() ?? null,
  limited: row.max_clicks !== null,
});
const toLink = (row: LinkRow): Link => linkAt(row, locationIn(row.original_url));

// As text: it is asked for each miss, and building a query costs as much as the driver's part of it. The codes come as
// one text, as the driver would look through each element of an array for what to escape.
const linksQuery = `/* links */ select ${columns.join(', ')} from urls where short_code = any(string_to_array($1, ' '))`;

/** The links of these codes in their order, by the unique index on the code; null for one that does not exist. */
export async function findLinks(db: Db, codes: readonly ShortCode[]): Promise<(Link | null)[]> {
  const { rows } = await db.executeQuery(CompiledQuery.raw(linksQuery, [codes.join(' ')]) as CompiledQuery<LinkRow>);
  const links = new Map<string, Link>(rows.map((row) => [row.short_code, toLink(row)]));
  return codes.map((code) => links.get(code) ?? null);
}

/** What a use of a limited link would be, without taking it: null where there is no such code. */
export async function lookAtUses(db: Db, code: ShortCode): Promise<Use> {
  const row = await db
    .selectFrom('urls')
    .leftJoin('url_uses', 'url_uses.url_id', 'urls.id')
    .select(columns)
    .select(sql<boolean>`max_clicks is null or coalesce(uses, 0) < max_clicks`.as('granted'))
    .where('short_code', '=', code)
    .executeTakeFirst();
  return row ? { link: toLink(row), granted: row.granted } : null;
}

/** The link was deleted while the statement ran: its row of uses has no url to belong to. */
const orGone = <T>(statement: Promise<T>): Promise<T | undefined> =>
  statement.catch((error: unknown) => {
    if ((error as { code?: unknown }).code === '23503') return undefined;
    throw error;
  });

/**
 * Takes up to `wanted` uses of a link in one statement, so that no two replicas are given the same one, and answers the
 * link as it is in that statement; null where there is no such code. The row's lock is what queues concurrent callers.
 */
export async function spendUses(db: Db, code: ShortCode, wanted: number): Promise<Spent | null> {
  const statement = sql<LinkRow & { granted: number }>`
    with link as (
      select id, short_code, original_url, is_active, redirect_type, forward_query, expires_at, max_clicks
      from urls where short_code = ${code}
    ), spent as (
      insert into url_uses as kept (url_id, uses, granted)
      select id, least(${wanted}::bigint, max_clicks), least(${wanted}::bigint, max_clicks) from link
      where max_clicks > 0 and is_active and (expires_at is null or expires_at > now())
      on conflict (url_id) do update set
        uses = least(kept.uses + ${wanted}::bigint, (select max_clicks from link)),
        granted = least(${wanted}::bigint, (select max_clicks from link) - kept.uses)
      where kept.uses < (select max_clicks from link)
      returning granted
    )
    select link.*, coalesce((select granted from spent), 0) as granted from link`.execute(db);
  const row = (await orGone(statement))?.rows[0];
  return row ? { link: toLink(row), granted: row.granted } : null;
}

/** Channel on which a moved epoch is announced, and the query that answers the present one. */
export const epochChannel = 'shortstack_epoch';
export const epochQuery = 'select epoch from cache_epoch';

/**
 * Makes every shared entry from before worthless, and tells every replica that listens. Answers the new epoch.
 * A command that writes links beside a running service calls it when it is done. `by` is more than 1 where epochs may have
 * passed that the database has not seen.
 */
export async function moveEpoch(db: Db, by = 1): Promise<number> {
  const { rows } = await sql<{ epoch: number }>`
    with moved as (update cache_epoch set epoch = epoch + ${by}::bigint returning epoch)
    select epoch, pg_notify(${epochChannel}, epoch::text) from moved`.execute(db);
  const epoch = rows[0]?.epoch;
  if (epoch === undefined) throw new Error('cache_epoch has no row');
  return epoch;
}
