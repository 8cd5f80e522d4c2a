import { sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import type { RecordedClick } from './click.ts';
import { numberArray, textArray } from './sql-array.ts';

// A replica that dies, or breaks off, may have recorded a click and not answered: the edge asks another one, which
// records it again, marked. Batches have no order between replicas, so either of the two may come first.

/** A click by what it shares with the one that was recorded before an answer was broken off. */
export type Asked = Pick<RecordedClick, 'urlId' | 'requestId' | 'at'>;

/** Those of them that the history has: of the same url and request, and at most so many milliseconds apart. */
export type FindInHistory = <Click extends Asked>(
  trx: Trx,
  clicks: readonly Click[],
  apart: number,
) => Promise<ReadonlySet<Click>>;

/** Two clicks of one request are no further apart: nobody waits as long for a redirect. A client may use its ids again. */
const apart = 10_000;

const nameOf = ({ urlId, requestId }: Asked): string => `${urlId} ${requestId}`;
const areNear = (one: Asked, other: Asked): boolean => Math.abs(one.at - other.at) <= apart;

type Repeat = Asked & { id: number };

/** The repeats of which the first click has not come, as far as these clicks may be it. */
async function openRepeats(trx: Trx, from: number): Promise<Repeat[]> {
  const rows = await trx.selectFrom('click_repeats').selectAll().where('at', '>=', new Date(from)).execute();
  return rows.map(({ id, url_id: urlId, request_id: requestId, at }) => ({ id, urlId, requestId, at: at.getTime() }));
}

/** Forgets these, and answers those that nobody else forgot before: each stands for one click. */
async function closeRepeats(trx: Trx, ids: readonly number[]): Promise<ReadonlySet<number>> {
  if (ids.length === 0) return new Set();
  const closed = await trx.deleteFrom('click_repeats').where('id', 'in', ids).returning('id').execute();
  return new Set(closed.map(({ id }) => id));
}

async function keepOpen(trx: Trx, repeats: readonly RecordedClick[]): Promise<void> {
  if (repeats.length === 0) return;
  await sql`
    insert into click_repeats (url_id, request_id, at)
    select url_id, request_id, to_timestamp(at / 1000.0)
    from unnest(${numberArray(repeats.map(({ urlId }) => urlId))}::bigint[],
                ${textArray(repeats.map(({ requestId }) => requestId))}::text[],
                ${numberArray(repeats.map(({ at }) => at))}::bigint[]) as repeats (url_id, request_id, at)`.execute(
    trx,
  );
}

/** The first clicks among these whose repeat is in the history already. */
async function findLate(trx: Trx, clicks: readonly RecordedClick[]): Promise<ReadonlySet<RecordedClick>> {
  const open = await openRepeats(trx, clicks.reduce((least, { at }) => Math.min(least, at), Infinity) - apart);
  if (open.length === 0) return new Set();
  const byName = Map.groupBy(open, nameOf);
  const pairs = clicks.flatMap((click) => {
    const repeat = click.repeated ? undefined : byName.get(nameOf(click))?.find((one) => areNear(one, click));
    return repeat ? [[repeat.id, click] as const] : [];
  });
  // One repeat, one click: of two that a client sent under the same id the second is a click of its own.
  const late = new Map(pairs.toReversed());
  const closed = await closeRepeats(trx, [...late.keys()]);
  return new Set([...late].flatMap(([id, click]) => (closed.has(id) ? [click] : [])));
}

/** The repeats among these whose first click is in the history, or among these. */
async function findAnswered(
  trx: Trx,
  clicks: readonly RecordedClick[],
  findInHistory: FindInHistory,
): Promise<ReadonlySet<RecordedClick>> {
  const repeats = clicks.filter(({ repeated }) => repeated);
  if (repeats.length === 0) return new Set();
  const names = new Set(repeats.map(nameOf));
  const firsts = Map.groupBy(
    clicks.filter((click) => !click.repeated && names.has(nameOf(click))),
    nameOf,
  );
  const answered = new Set(await findInHistory(trx, repeats, apart));
  const open: RecordedClick[] = [];
  for (const repeat of repeats) {
    const others = firsts.get(nameOf(repeat)) ?? [];
    if (others.some((other) => areNear(other, repeat))) answered.add(repeat);
    if (answered.has(repeat)) continue;
    firsts.set(nameOf(repeat), [...others, repeat]);
    open.push(repeat);
  }
  await keepOpen(trx, open);
  return answered;
}

/**
 * Leaves out, of clicks that are about to be written, those that are the same as another one: a repeat whose first click
 * is there, and a first click whose repeat is. Where any of them is a repeat, no other transaction may write clicks.
 */
export async function leaveOutRepeats(
  trx: Trx,
  clicks: readonly RecordedClick[],
  findInHistory: FindInHistory,
): Promise<readonly RecordedClick[]> {
  if (clicks.length === 0) return clicks;
  const late = await findLate(trx, clicks);
  const answered = await findAnswered(trx, clicks, findInHistory);
  if (late.size + answered.size === 0) return clicks;
  return clicks.filter((click) => !late.has(click) && !answered.has(click));
}

/** Forgets repeats from before this moment: their first click cannot come any more. */
export const forgetRepeats = (db: Db | Trx, before: number): Promise<unknown> =>
  db.deleteFrom('click_repeats').where('at', '<', new Date(before)).execute();
