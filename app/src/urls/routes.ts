import { z } from 'zod';
import type { Db } from '../database.ts';
import { pageLinks, pageOf, pageQuery } from '../http/pages.ts';
import { AppError } from '../http/problem.ts';
import { flag, id, text } from '../http/query.ts';
import { needs, type Route, route } from '../http/route.ts';
import { listUrls } from './list-store.ts';
import { listByClicks } from './ranked-store.ts';
import type { Searching } from './searching.ts';
import type { UrlService } from './service.ts';
import { findUrl } from './store.ts';
import { presentUrl, type UrlSchemas, url } from './url.ts';

type Deps = {
  db: Db;
  service: UrlService;
  publicAddress: string;
  schemas: UrlSchemas;
  /** Somebody looks at the order by clicks: it is to be kept up to date. */
  wantRanks: () => void;
  searching: Searching;
};

const params = z.object({ id });
const notFound = () => new AppError('not_found', 'URL not found');
const answers = { 200: { description: 'The url', schema: url } };

const q = text(1, 100).describe(
  'A part of the title or the address, A to Z in any case, or the beginning of the code. What has no three of A to Z and 0 to 9 in a row is looked for in the newest 20,000 urls.',
);
const query = z.object({
  user_id: id.optional(),
  is_active: flag.optional(),
  tag: text(1, 50).optional(),
  q: q.optional(),
  sort: z
    .enum(['created', 'clicks'], 'created or clicks')
    .default('created')
    .describe('By clicks: as they were counted some seconds ago; when nobody asked for long, up to ten minutes ago.'),
  order: z.enum(['asc', 'desc'], 'asc or desc').default('asc'),
  ...pageQuery(100, 100),
});

const common = { path: '/urls/:id', tag: 'urls', versioned: true, params } as const;
const reading = { method: 'GET', access: needs('read'), limit: 'read' } as const;
const writing = { access: needs('write'), limit: 'create' } as const;

/** The urls resource, but for creation. */
export function urlRoutes(deps: Deps): Route[] {
  const { db, service, publicAddress, schemas } = deps;
  const read = route({
    ...common,
    ...reading,
    summary: 'One url',
    answers,
    async handle(ctx, { params: { id: urlId } }) {
      const row = await findUrl(db, urlId);
      if (!row) throw notFound();
      ctx.body = presentUrl(row, publicAddress);
    },
  });
  const change = route({
    ...common,
    ...writing,
    method: 'PUT',
    summary: 'Change a url; its code stays',
    body: schemas.urlChange,
    answers,
    async handle(ctx, { params: { id: urlId }, body }) {
      const row = await service.change(urlId, body);
      if (!row) throw notFound();
      ctx.body = presentUrl(row, publicAddress);
    },
  });
  const remove = route({
    ...common,
    ...writing,
    method: 'DELETE',
    summary: 'Delete a url; its history stays',
    answers: { 204: { description: 'Deleted' } },
    async handle(ctx, { params: { id: urlId } }) {
      if (!(await service.remove(urlId))) throw notFound();
      ctx.status = 204;
    },
  });
  return [listRoute(deps), read, change, remove];
}

/** Keys that a list is sorted by. */
const sortKeys = { created: 1, clicks: 2 } as const;

const listRoute = ({ publicAddress, searching, wantRanks }: Deps): Route =>
  route({
    method: 'GET',
    path: '/urls',
    summary: 'Urls by age or by clicks. X-Total-Count is exact without a filter, counted to 10,000 with one',
    tag: 'urls',
    access: needs('read'),
    limit: 'read',
    versioned: true,
    query,
    refuses: ['invalid'],
    answers: {
      200: { description: 'A page of urls', schema: z.array(url), headers: ['X-Total-Count'], mayHave: ['Link'] },
    },
    async handle(ctx, { query: wanted }) {
      const { user_id, is_active, tag, q, sort, order } = wanted;
      const filter = { user_id, is_active, tag, q };
      const page = pageOf(wanted, sortKeys[sort]);
      if (sort === 'clicks') wantRanks();
      const list = sort === 'clicks' ? listByClicks : listUrls;
      const { rows, last, more, total } = await searching({ filter, sort }, (on) => list(on, filter, page, order));
      const links = pageLinks(ctx.path, ctx.querystring, page, { last, more, total });
      if (links) ctx.set('Link', links);
      ctx.set('X-Total-Count', String(total));
      ctx.body = rows.map((row) => presentUrl(row, publicAddress));
    },
  });
