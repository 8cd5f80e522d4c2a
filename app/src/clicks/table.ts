import type { Generated } from 'kysely';

type ClickInboxTable = { id: string; payload: Buffer };
type ClickBatchesTable = { id: string };
type ClickRepeatsTable = { id: Generated<number>; url_id: number; request_id: string; at: Date };
type ClickAsideTable = {
  id: Generated<number>;
  seen_at: Generated<Date>;
  source: string;
  reason: string;
  payload: Buffer;
};
type ClickSaltsTable = { day: string; salt: Buffer };
type UrlCountersTable = { url_id: number; slot: number; clicks: number };
type UrlRanksTable = { url_id: number; clicks: number };
type UrlHoursTable = { url_id: number; hour: Date; clicks: number; bots: number };
type UrlSharesTable = { url_id: number; day: string; kind: string; value: string; clicks: number };
type UrlVisitorsTable = { url_id: number; day: string; visitors: number };
type UrlSketchesTable = { day: string; url_id: number; sketch: Buffer };

export type ClickTables = {
  click_inbox: ClickInboxTable;
  click_batches: ClickBatchesTable;
  click_repeats: ClickRepeatsTable;
  click_aside: ClickAsideTable;
  click_salts: ClickSaltsTable;
  url_counters: UrlCountersTable;
  url_ranks: UrlRanksTable;
  url_hours: UrlHoursTable;
  url_shares: UrlSharesTable;
  url_visitors: UrlVisitorsTable;
  url_sketches: UrlSketchesTable;
};
