import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Db } from '../database.ts';
import type { BodyLimits } from '../http/body.ts';
import { bulkReport } from '../http/bulk.ts';
import { needs, type Route, route } from '../http/route.ts';
import { uploadedLines, uploadTypes } from '../http/upload.ts';
import { exportFormats, exportUrls } from './export.ts';
import type { ImportUrls } from './import.ts';
import { importedUrl, urlColumns } from './imported-url.ts';
import type { UrlSchemas } from './url.ts';

type Deps = {
  db: Db;
  importUrls: ImportUrls;
  publicAddress: string;
  schemas: UrlSchemas;
  /** Of an upload. */
  bulkLimits: BodyLimits;
};

const mostUrls = 10_000;

const bulk = ({ importUrls, schemas, bulkLimits }: Deps): Route =>
  route({
    method: 'POST',
    path: '/urls/bulk',
    summary: `Add up to ${mostUrls} urls of a JSON array, an NDJSON or a CSV file (${urlColumns.join(', ')})`,
    tag: 'urls',
    access: needs('write'),
    limit: 'bulk',
    versioned: true,
    upload: { types: uploadTypes, record: importedUrl(schemas) },
    answers: { 201: { description: 'What was read and what of it was added', schema: bulkReport } },
    async handle(ctx) {
      const lines = await uploadedLines(ctx, { limits: bulkLimits, required: ['original_url'] });
      const report = await importUrls(lines, { most: mostUrls });
      ctx.status = 201;
      ctx.body = report;
    },
  });

const exported = ({ db, publicAddress }: Deps): Route =>
  route({
    method: 'GET',
    path: '/urls/export',
    summary: 'All urls by id, as a file that POST /urls/bulk reads',
    tag: 'urls',
    access: needs('read'),
    limit: 'bulk',
    versioned: true,
    query: z.object({ format: z.enum(exportFormats, 'csv or ndjson').default('csv') }),
    answers: {
      200: {
        description: 'Text that a spreadsheet would run as a formula has an apostrophe in front',
        type: ['text/csv', 'application/x-ndjson'],
        headers: ['Content-Disposition'],
      },
    },
    handle(ctx, { query: { format } }) {
      ctx.type = format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson';
      ctx.attachment(`urls.${format}`);
      const text = exportUrls({ db, publicAddress }, format);
      ctx.body = Readable.from(text, { objectMode: true, highWaterMark: 1 });
    },
  });

/** Many urls at once. To be mounted before `/urls/:id`, which would take `export` for an id. */
export const urlBulkRoutes = (deps: Deps): Route[] => [bulk, exported].map((operation) => operation(deps));
