import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Db } from '../database.ts';
import { bulkReport } from '../http/bulk.ts';
import { csvText } from '../http/csv.ts';
import { needs, type Route, route } from '../http/route.ts';
import { uploadedLines, uploadTypes } from '../http/upload.ts';
import type { ImportUrls } from './import.ts';
import { urlsAfter } from './import-store.ts';
import { urlColumns, urlRecord } from './imported-url.ts';
import { type CountedUrlRow, presentUrl } from './url.ts';

type Deps = {
  db: Db;
  importUrls: ImportUrls;
  publicAddress: string;
  /** Bytes of an upload. */
  bulkLimit: number;
};

const mostUrls = 10_000;
const pageSize = 1_000;

const bulk = ({ importUrls, bulkLimit }: Deps): Route =>
  route({
    method: 'POST',
    path: '/urls/bulk',
    summary: `Add up to ${mostUrls} urls of a JSON array, an NDJSON or a CSV file (${urlColumns.join(', ')})`,
    tag: 'urls',
    access: needs('write'),
    limit: 'bulk',
    versioned: true,
    upload: uploadTypes,
    answers: { 201: { description: 'What was read and what of it was added', schema: bulkReport } },
    async handle(ctx) {
      const lines = await uploadedLines(ctx, { limit: bulkLimit, required: ['original_url'] });
      const report = await importUrls(lines, { most: mostUrls });
      ctx.status = 201;
      ctx.body = report;
    },
  });

type Write = (rows: readonly CountedUrlRow[]) => string;

/** All urls as text, a page at a time: it goes on when the client has taken the last one, and ends when it goes away. */
async function* written(db: Db, head: string, write: Write): AsyncGenerator<string> {
  if (head) yield head;
  for (let after = 0; ; ) {
    const rows = await urlsAfter(db, after, pageSize);
    if (rows.length > 0) yield write(rows);
    const last = rows.at(-1);
    if (!last || rows.length < pageSize) return;
    after = last.id;
  }
}

const exported = ({ db, publicAddress }: Deps): Route =>
  route({
    method: 'GET',
    path: '/urls/export',
    summary: 'All urls by id, as a file that POST /urls/bulk reads',
    tag: 'urls',
    access: needs('read'),
    limit: 'bulk',
    versioned: true,
    query: z.object({ format: z.enum(['csv', 'ndjson'], 'csv or ndjson').default('csv') }),
    answers: {
      200: {
        description: 'Text that a spreadsheet would run as a formula has an apostrophe in front',
        type: 'text/csv',
      },
    },
    handle(ctx, { query: { format } }) {
      const ndjson: Write = (rows) => rows.map((row) => `${JSON.stringify(presentUrl(row, publicAddress))}\n`).join('');
      const csv: Write = (rows) => csvText(rows.map(urlRecord));
      const text = format === 'csv' ? written(db, csvText([urlColumns]), csv) : written(db, '', ndjson);
      ctx.type = format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson';
      ctx.attachment(`urls.${format}`);
      ctx.body = Readable.from(text, { objectMode: true, highWaterMark: 1 });
    },
  });

/** Many urls at once. To be mounted before `/urls/:id`, which would take `export` for an id. */
export const urlBulkRoutes = (deps: Deps): Route[] => [bulk, exported].map((operation) => operation(deps));
