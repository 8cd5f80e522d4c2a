import { z } from 'zod';
import type { Db } from '../database.ts';
import { AppError } from '../http/problem.ts';
import { id } from '../http/query.ts';
import { needs, type Route, route } from '../http/route.ts';
import { event, eventChange, newEvent, readDetails } from './event.ts';
import { checkReferences } from './references.ts';
import { findEvent } from './store.ts';
import type { EventWriter } from './write.ts';

type Deps = { db: Db; writer: EventWriter };

const params = z.object({ id });
const notFound = () => new AppError('not_found', 'Event not found');

async function shown(db: Db, eventId: number | undefined) {
  const found = eventId === undefined ? undefined : await findEvent(db, eventId);
  if (!found) throw notFound();
  return found;
}

const common = { tag: 'events', access: needs('write'), limit: 'create', versioned: true } as const;

const createRoute = ({ db, writer }: Deps): Route =>
  route({
    ...common,
    method: 'POST',
    path: '/events',
    summary: 'Add an event of now. One of type click counts as a click of its url',
    body: newEvent,
    answers: { 201: { description: 'The event', schema: event, headers: ['Location'] } },
    async handle(ctx, { body: { event_type, url_id = null, user_id = null, details } }) {
      const row = { event_type, url_id, user_id, details: readDetails(details) ?? {} };
      await checkReferences(db, row);
      const eventId = await writer.add(row);
      ctx.status = 201;
      ctx.set('Location', `${ctx.state.prefix}/events/${eventId}`);
      ctx.body = await shown(db, eventId);
    },
  });

/** Adding, changing and deleting single events. */
export function eventWriteRoutes(deps: Deps): Route[] {
  const { db, writer } = deps;
  const change = route({
    ...common,
    method: 'PUT',
    path: '/events/:id',
    summary: 'Change an event',
    params,
    body: eventChange,
    answers: { 200: { description: 'The event', schema: event } },
    async handle(ctx, { params: { id: eventId }, body: { details: given, ...rest } }) {
      const details = readDetails(given);
      await checkReferences(db, rest);
      if (!(await writer.change(eventId, { ...rest, details }))) throw notFound();
      ctx.body = await shown(db, eventId);
    },
  });
  const remove = route({
    ...common,
    method: 'DELETE',
    path: '/events/:id',
    summary: 'Delete an event',
    params,
    answers: { 204: { description: 'Deleted' } },
    async handle(ctx, { params: { id: eventId } }) {
      if (!(await writer.remove(eventId))) throw notFound();
      ctx.status = 204;
    },
  });
  return [createRoute(deps), change, remove];
}
