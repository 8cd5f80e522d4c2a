import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { readBatchId } from './batch.ts';
import { type BatchIdentity, identityOf } from './batch-id.ts';
import { type Send, streamKey } from './queue.ts';
import { textArray } from './sql-array.ts';
import { firstOf } from './uuid.ts';

/** Where batches are that are not in the history, by their ids. */
export type Elsewhere = { waiting: readonly string[]; aside: readonly string[] };

/** How many of the clicks that one replica recorded are where. */
export type Whereabouts = {
  /** Its clicks that were too long ago to be looked for. */
  forgotten: number;
  ingested: number;
  waiting: number;
  aside: number;
};

type Maker = {
  maker: string;
  /** When it began, in ms. */
  since: number;
  /** Of its clicks, the first so many are looked for. */
  most: number;
};

const pageSize = 1_000;
/** Ids of batches in the history are kept at least so long, in ms, see compose/jobs.ts. */
const kept = 86_400_000;
/** What clocks may have been set back by. */
const slack = 3_600_000;

/** The ids of all batches in the stream; what is no batch has none. */
export async function idsInStream(send: Send): Promise<string[]> {
  const ids: string[] = [];
  let from = '-';
  for (;;) {
    const page = (await send(['XRANGE', streamKey, from, '+', 'COUNT', String(pageSize)])) as [Buffer, Buffer[]][];
    for (const [, fields] of page) ids.push(...known(fields[1]));
    const last = page.at(-1);
    if (!last || page.length < pageSize) return ids;
    from = `(${last[0].toString()}`;
  }
}

function known(payload: Buffer | undefined): string[] {
  const id = payload && readBatchId(payload);
  return id === undefined ? [] : [id];
}

export async function idsInInbox(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('click_inbox').select('id').execute();
  return rows.map(({ id }) => id);
}

export async function idsAside(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('click_aside').select('payload').execute();
  return rows.flatMap(({ payload }) => known(payload));
}

/** Those of the ids whose batches are not in the history. */
async function outside(db: Db, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id::text from unnest(${textArray(ids)}::uuid[]) as id except select id::text from click_batches`.execute(db);
  return rows.map(({ id }) => id);
}

const sum = (batches: readonly BatchIdentity[]): number => batches.reduce((total, { clicks }) => total + clicks, 0);

/** Ids are `tttttttt-tttt-7ccc-mmmm-mmbbbbbbbbbb`, see batch-id.ts. */
async function ingestedOf(db: Db, { maker, since, most }: Maker) {
  const { rows } = await sql<{ clicks: number; first: number | null }>`
    select coalesce(sum(clicks), 0)::bigint as clicks, min(before) as first
    from click_batches,
    lateral (select ('x' || substr(id::text, 16, 3))::bit(12)::int as clicks,
                    ('x' || substr(id::text, 27))::bit(40)::bigint as before) as said
    where id >= ${firstOf(Math.max(0, since - slack))}::uuid and before < ${most}
      and substr(id::text, 20, 4) || substr(id::text, 25, 2) = ${maker}`.execute(db);
  return { clicks: rows[0]?.clicks ?? 0, first: rows[0]?.first ?? undefined };
}

/**
 * Looks for the clicks of one replica. What is elsewhere is to be read before: batches go from there into the history
 * and never back, so none is overlooked on its way, and one that is in both places is taken as ingested.
 */
export async function findClicks(db: Db, maker: Maker, { waiting, aside }: Elsewhere): Promise<Whereabouts> {
  const ingested = await ingestedOf(db, maker);
  const own = async (ids: readonly string[]): Promise<BatchIdentity[]> =>
    (await outside(db, ids))
      .map(identityOf)
      .filter((batch) => batch.maker === maker.maker && batch.before < maker.most);
  const [waits, put] = [await own(waiting), await own(aside)];
  const earliest = Math.min(ingested.first ?? maker.most, ...waits.map(({ before }) => before));
  const forgotten = maker.since < Date.now() - kept ? earliest : 0;
  return { forgotten, ingested: ingested.clicks, waiting: sum(waits), aside: sum(put) };
}
