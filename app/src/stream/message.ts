import type { Event } from '../events/event.ts';

/** A message of `text/event-stream`, as the HTML standard has it: JSON has no line end in it. */
export const messageOf = (name: string, data: unknown, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** How long a browser waits before it comes again, in milliseconds. */
export const retryAfter = (milliseconds: number): string => `retry: ${Math.round(milliseconds)}\n\n`;

/** The id in `Last-Event-ID`: of the last event that the client has; undefined where it has none. */
export function lastIdIn(header: string): number | undefined {
  const id = /^[0-9]{1,16}$/.test(header) ? Number(header) : undefined;
  return id !== undefined && Number.isSafeInteger(id) ? id : undefined;
}

/** An event, and the url that it is about even where that is deleted. */
export type Recent = { event: Event; urlId: number | null };

/** Which events a viewer asked for; all of it holds for each event. */
export type Wanted = { url_id?: number | undefined; user_id?: number | undefined; event_type?: string | undefined };

export const isWanted = ({ event, urlId }: Recent, { url_id, user_id, event_type }: Wanted): boolean =>
  (url_id === undefined || url_id === urlId) &&
  (user_id === undefined || user_id === event.user_id) &&
  (event_type === undefined || event_type === event.event_type);
