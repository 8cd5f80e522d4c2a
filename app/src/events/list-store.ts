import { type SelectQueryBuilder, sql } from 'kysely';
import type { Database, Db, Trx } from '../database.ts';
import type { Event } from './event.ts';
import { present, shown } from './store.ts';
import type { EventRow } from './table.ts';

/** What a list of events is narrowed to; all of it holds for each event. */
export type EventFilter = {
  url_id?: number | undefined;
  user_id?: number | undefined;
  event_type?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};
export type EventRange = { order: 'asc' | 'desc'; after: number | undefined; limit: number };

type Query = SelectQueryBuilder<Database, 'events', EventRow>;
type Column = 'url_id' | 'user_id' | 'event_type';

/** A user's urls whose clicks are looked for: each is a look into an index of every month. */
export const mostOwned = 1_000;

/** The first columns of the index that has the wanted events one after the other, or as nearly so as any has. */
function indexFor({ url_id, user_id, event_type = 'click' }: EventFilter): Column[] {
  const byType: Column[] = event_type === 'click' ? [] : ['event_type'];
  if (url_id !== undefined) return ['url_id', ...byType];
  return user_id === undefined ? byType : ['user_id'];
}

const arrays = { url_id: sql`bigint[]`, user_id: sql`bigint[]`, event_type: sql`text[]` };

/**
 * Walks an index by its first columns and the id. Not by `=` and in the order of the id alone: that order the primary key
 * has, too, and Postgres, to which a busy url and a frequent type say nothing of how rare both together are, would read
 * the whole history by it. A list of one value is equal to it, and still something to sort by.
 */
function walked(query: Query, filter: EventFilter, { order, after }: EventRange): Query {
  const columns = indexFor(filter);
  const within = columns.reduce(
    (chosen, column) =>
      chosen
        .where(sql<boolean>`${sql.ref(column)} = any(array[${filter[column]}]::${arrays[column]})`)
        .orderBy(column, order),
    query,
  );
  const typed = columns.includes('event_type') ? within.where('event_type', '<>', 'click') : within;
  const sorted = typed.orderBy('id', order);
  return after === undefined ? sorted : sorted.where('id', order === 'asc' ? '>' : '<', after);
}

/** Of a query's events the wanted ones. */
function narrowed(query: Query, filter: EventFilter, range: EventRange): Query {
  const { from, to } = filter;
  let chosen = walked(query, filter, range).limit(range.limit);
  for (const column of ['url_id', 'user_id', 'event_type'] as const) {
    const value = filter[column];
    if (value !== undefined && !indexFor(filter).includes(column)) chosen = chosen.where(column, '=', value);
  }
  if (from) chosen = chosen.where('occurred_at', '>=', from);
  return to ? chosen.where('occurred_at', '<', to) : chosen;
}

/** A user's events and the clicks of the user's urls, whose rows do not name their owner. */
function ofUser(db: Db | Trx, filter: EventFilter & { user_id: number }, range: EventRange): Query {
  const { user_id: user, ...ofAnybody } = filter;
  const own = narrowed(db.selectFrom('events').selectAll(), filter, range);
  if ((filter.event_type ?? 'click') !== 'click') return own;
  const newest = db.selectFrom('urls').select('id').where('user_id', '=', user).orderBy('id', 'desc').limit(mostOwned);
  const clicks = db.selectFrom(newest.as('u')).innerJoinLateral(
    (from) =>
      narrowed(from.selectFrom('events').selectAll(), ofAnybody, range)
        .where('url_id', '=', sql.ref<number>('u.id'))
        .where('event_type', '=', 'click')
        .where('user_id', 'is', null)
        .as('c'),
    (join) => join.onTrue(),
  );
  const both = db.selectFrom(own.as('own')).selectAll().unionAll(clicks.selectAll('c'));
  return db.selectFrom(both.as('events')).selectAll().orderBy('id', range.order).limit(range.limit);
}

/** Events by id, of the wanted ones those beyond `after`. `from` is in the range, `to` is not. */
export async function listEvents(db: Db | Trx, filter: EventFilter, range: EventRange): Promise<Event[]> {
  const { user_id } = filter;
  const all = () => narrowed(db.selectFrom('events').selectAll(), filter, range);
  const chosen = user_id === undefined ? all() : ofUser(db, { ...filter, user_id }, range);
  return (await shown(db, chosen).orderBy('e.id', range.order).execute()).map(present);
}
