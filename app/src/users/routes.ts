import { z } from 'zod';
import type { Db, Trx } from '../database.ts';
import type { BodyLimits } from '../http/body.ts';
import { bulkReport } from '../http/bulk.ts';
import { pageLinks, pageOf, pageQuery } from '../http/pages.ts';
import { AppError } from '../http/problem.ts';
import { id } from '../http/query.ts';
import { needs, type Route, route } from '../http/route.ts';
import { uploadedLines, uploadTypes } from '../http/upload.ts';
import type { ImportUsers } from './import.ts';
import { mostUrlsAtOnce, type UserRemoval } from './service.ts';
import { findUser, insertUser, listUsers, updateUser } from './store.ts';
import { importedUser, newUser, presentUser, user, userChange } from './user.ts';

type Deps = {
  db: Db;
  /** Runs work in a transaction, again where Postgres ended it for no fault of its own. */
  transact: <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;
  removal: UserRemoval;
  importUsers: ImportUsers;
  /** Of an upload. */
  bulkLimits: BodyLimits;
};

/** A file with so many of them is not a list of users. */
const mostMalformed = 10_000;
const params = z.object({ id });
const removedUrls = z.object({ removed: z.int(), more: z.boolean() });
const notFound = () => new AppError('not_found', 'User not found');
const aUser = { description: 'The user', schema: user };
const common = { tag: 'users', versioned: true } as const;

const list = ({ db }: Deps): Route =>
  route({
    ...common,
    method: 'GET',
    path: '/users',
    summary: 'Users by id',
    access: needs('read'),
    limit: 'read',
    query: z.object(pageQuery(20, 100)),
    answers: {
      200: { description: 'A page of users', schema: z.array(user), headers: ['X-Total-Count'], mayHave: ['Link'] },
    },
    async handle(ctx, { query }) {
      const page = pageOf(query);
      const { rows, total } = await listUsers(db, page.after, page.offset, page.limit + 1);
      const shown = rows.slice(0, page.limit);
      const found = { last: shown.slice(-1).map(({ id }) => id), more: rows.length > shown.length, total };
      const links = pageLinks(ctx.path, ctx.querystring, page, found);
      if (links) ctx.set('Link', links);
      ctx.set('X-Total-Count', String(total));
      ctx.body = shown.map(presentUser);
    },
  });

const create = ({ transact }: Deps): Route =>
  route({
    ...common,
    method: 'POST',
    path: '/users',
    summary: 'Add a user',
    access: needs('write'),
    limit: 'create',
    body: newUser,
    answers: { 201: { ...aUser, headers: ['Location'] } },
    refuses: ['conflict'],
    async handle(ctx, { body }) {
      const row = await transact((trx) => insertUser(trx, body));
      ctx.status = 201;
      ctx.set('Location', `${ctx.state.prefix}/users/${row.id}`);
      ctx.body = presentUser(row);
    },
  });

const read = ({ db }: Deps): Route =>
  route({
    ...common,
    method: 'GET',
    path: '/users/:id',
    summary: 'One user',
    access: needs('read'),
    limit: 'read',
    params,
    answers: { 200: aUser },
    async handle(ctx, { params: { id: userId } }) {
      const row = await findUser(db, userId);
      if (!row) throw notFound();
      ctx.body = presentUser(row);
    },
  });

const change = ({ transact }: Deps): Route =>
  route({
    ...common,
    method: 'PUT',
    path: '/users/:id',
    summary: 'Change a user',
    access: needs('write'),
    limit: 'create',
    params,
    body: userChange,
    answers: { 200: aUser },
    refuses: ['conflict'],
    async handle(ctx, { params: { id: userId }, body }) {
      const row = await transact((trx) => updateUser(trx, userId, body));
      if (!row) throw notFound();
      ctx.body = presentUser(row);
    },
  });

const remove = ({ removal }: Deps): Route =>
  route({
    ...common,
    method: 'DELETE',
    path: '/users/:id',
    summary: 'Remove a user and all its urls',
    access: needs('write'),
    limit: 'create',
    params,
    answers: { 204: { description: 'The user is gone, and none of its urls redirects any more' } },
    refuses: ['conflict'],
    async handle(ctx, { params: { id: userId } }) {
      if (!(await removal.removeUser(userId))) throw notFound();
      ctx.status = 204;
    },
  });

const removeUrls = ({ removal }: Deps): Route =>
  route({
    ...common,
    method: 'DELETE',
    path: '/users/:id/urls',
    summary: `Remove the urls of a user, ${mostUrlsAtOnce} of them at most`,
    access: needs('write'),
    limit: 'create',
    params,
    answers: { 200: { description: 'Those that were removed redirect no more; the user stays', schema: removedUrls } },
    async handle(ctx, { params: { id: userId } }) {
      const removed = await removal.removeUrls(userId);
      if (!removed) throw notFound();
      ctx.body = removed;
    },
  });

const bulk = ({ importUsers, bulkLimits }: Deps): Route =>
  route({
    ...common,
    method: 'POST',
    path: '/users/bulk',
    summary: 'Add the users of a CSV file (username, email, and optionally id, created_at)',
    access: needs('write'),
    limit: 'bulk',
    upload: { types: uploadTypes, record: importedUser },
    answers: { 201: { description: 'What was read and what of it was added', schema: bulkReport } },
    async handle(ctx) {
      const lines = await uploadedLines(ctx, { limits: bulkLimits, required: ['username', 'email'] });
      const report = await importUsers(lines, { mostMalformed });
      ctx.status = 201;
      ctx.body = report;
    },
  });

/** The users resource. */
export const userRoutes = (deps: Deps): Route[] =>
  [list, create, read, change, remove, removeUrls, bulk].map((operation) => operation(deps));
