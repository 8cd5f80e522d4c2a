import type { Db } from '../database.ts';
import type { Event } from './event.ts';
import { present, shown } from './store.ts';

/** Events with an id beyond `after`, newest first, each with the url that it is about even where that is deleted. */
export async function newestEvents(
  db: Db,
  after: number,
  limit: number,
): Promise<{ event: Event; urlId: number | null }[]> {
  const chosen = db.selectFrom('events').selectAll().where('id', '>', after).orderBy('id', 'desc').limit(limit);
  const rows = await shown(db, chosen).select('e.url_id as about').orderBy('e.id', 'desc').execute();
  return rows.map(({ about, ...row }) => ({ event: present(row), urlId: about }));
}
