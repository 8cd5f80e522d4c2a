import type { ColumnType, Generated, Selectable } from 'kysely';

type UrlsTable = {
  id: Generated<number>;
  user_id: number | null;
  short_code: string;
  original_url: string;
  title: string | null;
  is_active: Generated<boolean>;
  redirect_type: Generated<number>;
  forward_query: Generated<boolean>;
  tags: Generated<string[]>;
  expires_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  max_clicks: number | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
};

/** What history needs of a url that is gone: its events keep their code and address. */
type DeletedUrlsTable = {
  id: number;
  short_code: string;
  original_url: string;
  deleted_at: Generated<Date>;
};

/** Rows of the big tables by connection, written by triggers alone. */
type RowCountsTable = { table_name: string; slot: number; rows: number };

export type UrlTables = { urls: UrlsTable; deleted_urls: DeletedUrlsTable; row_counts: RowCountsTable };
export type UrlRow = Selectable<UrlsTable>;
