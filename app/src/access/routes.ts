import { z } from 'zod';
import type { Db } from '../database.ts';
import { AppError } from '../http/problem.ts';
import { id, page, perPage } from '../http/query.ts';
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
    query: z.object({ page, per_page: perPage(100, 100) }),
    answers: { 200: { description: 'Keys by id', schema: z.array(apiKey) } },
    async handle(ctx, { query: { page: number = 1, per_page: size } }) {
      const rows = await listKeys(db, (number - 1) * size, size);
      ctx.body = rows.map(presentKey);
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
