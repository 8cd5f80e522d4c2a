import { z } from 'zod';
import type { Db, SlowReads } from '../database.ts';
import { AppError } from '../http/problem.ts';
import { decodeCursor, encodeCursor, id, instant, linkHeader, perPage, text } from '../http/query.ts';
import { needs, type Route, route } from '../http/route.ts';
import { event } from './event.ts';
import { listEvents, mostOwned } from './list-store.ts';
import { createLooking } from './looking.ts';
import { findEvent } from './store.ts';
import { createEventWriter, type EventWriteDeps } from './write.ts';
import { eventWriteRoutes } from './write-routes.ts';

type Deps = EventWriteDeps & { db: Db; slowly: SlowReads };

const query = z.object({
  url_id: id.optional(),
  user_id: id
    .optional()
    .describe(`Events of this user, and clicks of the user's urls (of the newest ${mostOwned}, where there are more)`),
  event_type: text(1, 50).optional(),
  from: instant.optional().describe('Events from this moment on'),
  to: instant.optional().describe('Events before this moment'),
  order: z.enum(['asc', 'desc'], 'asc or desc').default('asc'),
  cursor: z.string().optional(),
  per_page: perPage(100, 100),
});

const cursorKeys = z.tuple([z.int().nonnegative()]);

/** The events resource. */
export function eventRoutes({ db, slowly, ...deps }: Deps): Route[] {
  const looking = createLooking({ db, slowly });
  const common = { method: 'GET', tag: 'events', access: needs('read'), limit: 'read', versioned: true } as const;
  const list = route({
    ...common,
    path: '/events',
    summary: 'Events by id',
    query,
    answers: { 200: { description: 'A page of events', schema: z.array(event), mayHave: ['Link'] } },
    refuses: ['invalid'],
    async handle(ctx, { query: { order, cursor, per_page: limit, ...filter } }) {
      const [after] = cursor ? decodeCursor(cursor, cursorKeys) : [undefined];
      const found = await looking(filter, (on) => listEvents(on, filter, { order, after, limit: limit + 1 }));
      const events = found.slice(0, limit);
      const last = events.at(-1);
      if (last && found.length > limit) {
        const next = new URLSearchParams(ctx.querystring);
        next.set('cursor', encodeCursor([last.id]));
        ctx.set('Link', linkHeader(ctx.path, { next }));
      }
      ctx.body = events;
    },
  });
  const read = route({
    ...common,
    path: '/events/:id',
    summary: 'One event',
    params: z.object({ id }),
    answers: { 200: { description: 'The event', schema: event } },
    async handle(ctx, { params }) {
      const found = await findEvent(db, params.id);
      if (!found) throw new AppError('not_found', 'Event not found');
      ctx.body = found;
    },
  });
  return [list, read, ...eventWriteRoutes({ db, writer: createEventWriter(deps) })];
}
