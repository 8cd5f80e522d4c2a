import type { Details } from './event.ts';

/** A click that comes or goes as an event, not as a redirect that was answered here. */
export type PastClick = { urlId: number; at: number; details: Details };

type Row = { event_type: string; url_id?: number | null | undefined; at: Date; details: Details };

/** The click that an event is: none where it is of another type, or about no url. */
export const clicksOf = ({ event_type, url_id, at, details }: Row): PastClick[] =>
  event_type === 'click' && typeof url_id === 'number' ? [{ urlId: url_id, at: at.getTime(), details }] : [];
