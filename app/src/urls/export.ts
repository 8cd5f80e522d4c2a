import type { Db } from '../database.ts';
import { csvText } from '../http/csv.ts';
import { urlsAfter } from './import-store.ts';
import { urlColumns, urlRecord } from './imported-url.ts';
import { type CountedUrlRow, presentUrl } from './url.ts';

export const exportFormats = ['csv', 'ndjson'] as const;
export type ExportFormat = (typeof exportFormats)[number];

type Deps = { db: Db; publicAddress: string };

const pageSize = 1_000;

/**
 * All urls by id as text, a page at a time: the next page is read when the last one was taken, and between two no
 * connection is held. What is added meanwhile may be in it or not.
 */
export async function* exportUrls({ db, publicAddress }: Deps, format: ExportFormat): AsyncGenerator<string> {
  const ndjson = (row: CountedUrlRow): string => `${JSON.stringify(presentUrl(row, publicAddress))}\n`;
  if (format === 'csv') yield csvText([urlColumns]);
  for (let after = 0; ; ) {
    const rows = await urlsAfter(db, after, pageSize);
    if (rows.length > 0) yield format === 'csv' ? csvText(rows.map(urlRecord)) : rows.map(ndjson).join('');
    const last = rows.at(-1);
    if (!last || rows.length < pageSize) return;
    after = last.id;
  }
}
