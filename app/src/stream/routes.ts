import { PassThrough } from 'node:stream';
import { z } from 'zod';
import type { Event } from '../events/event.ts';
import type { Context } from '../http/context.ts';
import { unavailable } from '../http/problem.ts';
import { id, text } from '../http/query.ts';
import { needs, type Route, route } from '../http/route.ts';
import type { Viewer } from './audience.ts';
import type { Hub } from './hub.ts';
import { lastIdIn, messageOf, retryAfter, type Wanted } from './message.ts';

type Deps = {
  hub: Hub;
  /** Events beyond an id, oldest first. */
  missed: (wanted: Wanted, after: number, limit: number) => Promise<Event[]>;
};

const query = z.object({ url_id: id.optional(), user_id: id.optional(), event_type: text(1, 50).optional() });

/** Events that are told again to one who comes back; of more it is told that there are more. */
const mostMissed = 200;
/** Characters that wait for one who reads slowly, before it is cut off to come again. */
const mostWaiting = 262_144;
/** Browsers come again after this and as much at random, in milliseconds: not all at once to the next replica. */
const retry = 400;

/** A body that a hub can write to. What is not read in time ends it. */
function openBody(wanted: Wanted, allowed: Viewer['allowed']) {
  const body = new PassThrough();
  const waiting = () => body.writableLength + body.readableLength;
  const write = (message: string): void => {
    if (waiting() > mostWaiting) body.destroy();
    else if (body.writable) body.write(message);
  };
  // What happens while somebody catches up waits for that: two seconds at most, as long as a query may take.
  let held: string[] | undefined = [];
  const viewer: Viewer = {
    wanted,
    allowed,
    send: (message) => (held ? void held.push(message) : write(message)),
    end: () => void body.end(),
  };
  const release = (): void => {
    const texts = held ?? [];
    held = undefined;
    for (const text of texts) write(text);
  };
  return { body, viewer, write, release };
}

type Place = { after: number | undefined; position: number | undefined };

/** Tells what was missed since `after`, and from which id on all is told as it happens. */
async function* catchUp({ missed }: Deps, wanted: Wanted, { after, position }: Place): AsyncGenerator<string> {
  if (position === undefined) return;
  if (after !== undefined && after < position) {
    const found = await missed(wanted, after, mostMissed + 1);
    for (const event of found.slice(0, mostMissed)) {
      if (event.id <= position) yield messageOf('event', event, event.id);
    }
    if (found.length > mostMissed) yield messageOf('skipped', { reason: 'more was missed than is told again' });
  }
  yield messageOf('ready', { id: position }, position);
}

async function openStream(ctx: Context, wanted: Wanted, deps: Deps): Promise<void> {
  const { hub } = deps;
  const { body, viewer, write, release } = openBody(wanted, ctx.state.stillAllowed ?? (async () => true));
  body.once('close', () => hub.leave(viewer));
  ctx.res.once('close', () => body.destroy());
  write(retryAfter(retry * (1 + Math.random())));
  ctx.body = body;
  const position = await hub.join(viewer);
  // Gone meanwhile.
  if (body.destroyed) return hub.leave(viewer);
  try {
    const after = lastIdIn(ctx.get('Last-Event-ID'));
    for await (const text of catchUp(deps, wanted, { after, position })) write(text);
  } finally {
    release();
  }
}

/** What happens, as it happens: server-sent events. */
export const streamRoutes = (deps: Deps): Route[] => [
  route({
    method: 'GET',
    path: '/stream',
    tag: 'events',
    access: needs('read'),
    limit: 'read',
    versioned: false,
    summary:
      'New events as server-sent events (`event`), and how the service is (`health`). The stream ends within seconds and is to be asked for again; after `skipped`, ask GET /events for the rest',
    query,
    headers: { 'Last-Event-ID': 'Id of the last event that the client has: what followed comes first' },
    answers: {
      200: { description: 'A stream of server-sent events', type: 'text/event-stream', headers: ['X-Accel-Buffering'] },
      503: { description: 'As many watch as this replica allows' },
    },
    async handle(ctx, { query: wanted }) {
      if (deps.hub.full) throw unavailable('Too many streams are open');
      ctx.type = 'text/event-stream';
      // nginx passes it on as it comes.
      ctx.set('X-Accel-Buffering', 'no');
      ctx.status = 200;
      if (ctx.method !== 'HEAD') await openStream(ctx, wanted, deps);
      ctx.state.openedAt = performance.now();
    },
  }),
];
