import { z } from 'zod';
import type { Db } from '../database.ts';
import { pageLinks, pageOf, pageQuery } from '../http/pages.ts';
import { AppError } from '../http/problem.ts';
import { id } from '../http/query.ts';
import { always, type Route, route } from '../http/route.ts';
import { apiKey, madeKey, newKey, presentKey } from './presentation.ts';
import { createKey, endKey } from './service.ts';
import { listKeys } from './store.ts';

type Deps = { db: Db };

const keyRoute = { tag: 'keys', access: always('admin'), versioned: true } as const;

const make = ({ db }: Deps): Route =>
  route({
    ...keyRoute,
    method: 'POST',
    path: '/keys',
    summary: 'Make an API key',
    limit: 'create',
    body: newKey,
    answers: { 201: { description: 'The key, shown this once', schema: madeKey } },
    async handle(ctx, { body: { name, scopes, rate_limit: rateLimit } }) {
      const { key, row } = await createKey(db, { name, scopes, rateLimit });
      ctx.status = 201;
      ctx.body = { ...presentKey(row), key };
    },
  });

const list = ({ db }: Deps): Route =>
  route({
    ...keyRoute,
    method: 'GET',
    path: '/keys',
    summary: 'All API keys, revoked ones too, never the keys themselves',
    limit: 'read',
    query: z.object(pageQuery(100, 100)),
    answers: {
      200: {
        description: 'A page of keys by id',
        schema: z.array(apiKey),
        headers: ['X-Total-Count'],
        mayHave: ['Link'],
      },
    },
    async handle(ctx, { query }) {
      const page = pageOf(query);
      const { rows, total } = await listKeys(db, page.after, page.offset, page.limit + 1);
      const shown = rows.slice(0, page.limit);
      const found = { last: shown.slice(-1).map((row) => row.id), more: rows.length > shown.length, total };
      const links = pageLinks(ctx.path, ctx.querystring, page, found);
      if (links) ctx.set('Link', links);
      ctx.set('X-Total-Count', String(total));
      ctx.body = shown.map(presentKey);
    },
  });

const revoke = ({ db }: Deps): Route =>
  route({
    ...keyRoute,
    method: 'DELETE',
    path: '/keys/:id',
    summary: 'Revoke an API key; answered when no replica accepts it any more',
    limit: 'create',
    params: z.object({ id }),
    answers: { 204: { description: 'Revoked' } },
    async handle(ctx, { params: { id: keyId } }) {
      if (!(await endKey(db, keyId))) throw new AppError('not_found', 'Key not found');
      ctx.status = 204;
    },
  });

/** API keys: made, listed and revoked by an admin key, also where AUTH=off. */
export const keyRoutes = (deps: Deps): Route[] => [make(deps), list(deps), revoke(deps)];
