import type { Generated, Selectable } from 'kysely';

type EventsTable = {
  id: Generated<number>;
  occurred_at: Generated<Date>;
  url_id: number | null;
  user_id: number | null;
  event_type: string;
  details: unknown;
};

export type EventTables = { events: EventsTable };
export type EventRow = Selectable<EventsTable>;
