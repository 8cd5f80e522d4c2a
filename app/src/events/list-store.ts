import { type SelectQueryBuilder, sql } from 'kysely';
import type { Database, Db } from '../database.ts';
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

/** A user's urls whose clicks are looked for: each is a look into an index of every month. */
export const mostOwned = 1_000;

/** Of a query's events the wanted ones, whoever's they are. */
function narrowed(query: Query, { url_id, event_type, from, to }: EventFilter, range: EventRange): Query {
  const { order, after, limit } = range;
  let chosen = query.orderBy('id', order).limit(limit);
  if (url_id !== undefined) chosen = chosen.where('url_id', '=', url_id);
  if (event_type !== undefined) chosen = chosen.where('event_type', '=', event_type);
  if (from) chosen = chosen.where('occurred_at', '>=', from);
  if (to) chosen = chosen.where('occurred_at', '<', to);
  return after === undefined ? chosen : chosen.where('id', order === 'asc' ? '>' : '<', after);
}

/** A user's events and the clicks of the user's urls, whose rows do not name their owner. */
function ofUser(db: Db, user: number, filter: EventFilter, range: EventRange): Query {
  const own = narrowed(db.selectFrom('events').selectAll(), filter, range).where('user_id', '=', user);
  if ((filter.event_type ?? 'click') !== 'click') return own;
  const newest = db.selectFrom('urls').select('id').where('user_id', '=', user).orderBy('id', 'desc').limit(mostOwned);
  const clicks = db.selectFrom(newest.as('u')).innerJoinLateral(
    (from) =>
      narrowed(from.selectFrom('events').selectAll(), filter, range)
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
export async function listEvents(db: Db, filter: EventFilter, range: EventRange): Promise<Event[]> {
  const { user_id } = filter;
  const all = () => narrowed(db.selectFrom('events').selectAll(), filter, range);
  const chosen = user_id === undefined ? all() : ofUser(db, user_id, filter, range);
  return (await shown(db, chosen).orderBy('e.id', range.order).execute()).map(present);
}
