import { z } from 'zod';
import type { Db } from '../database.ts';
import { AppError } from '../http/problem.ts';
import { id } from '../http/query.ts';
import { needs, type Route, route } from '../http/route.ts';
import { findUser, insertUser, updateUser } from './store.ts';
import { newUser, presentUser, user, userChange } from './user.ts';

type Deps = { db: Db };

const params = z.object({ id });
const notFound = () => new AppError('not_found', 'User not found');

/** The users resource. */
export function userRoutes({ db }: Deps): Route[] {
  const create = route({
    method: 'POST',
    path: '/users',
    summary: 'Add a user',
    tag: 'users',
    access: needs('write'),
    limit: 'create',
    versioned: true,
    body: newUser,
    answers: { 201: { description: 'The user', schema: user } },
    async handle(ctx, { body }) {
      const row = await insertUser(db, body);
      ctx.status = 201;
      ctx.set('Location', `${ctx.state.prefix}/users/${row.id}`);
      ctx.body = presentUser(row);
    },
  });
  const read = route({
    method: 'GET',
    path: '/users/:id',
    summary: 'One user',
    tag: 'users',
    access: needs('read'),
    limit: 'read',
    versioned: true,
    params,
    answers: { 200: { description: 'The user', schema: user } },
    async handle(ctx, { params: { id: userId } }) {
      const row = await findUser(db, userId);
      if (!row) throw notFound();
      ctx.body = presentUser(row);
    },
  });
  const change = route({
    method: 'PUT',
    path: '/users/:id',
    summary: 'Change a user',
    tag: 'users',
    access: needs('write'),
    limit: 'create',
    versioned: true,
    params,
    body: userChange,
    answers: { 200: { description: 'The user', schema: user } },
    async handle(ctx, { params: { id: userId }, body }) {
      const row = await updateUser(db, userId, body);
      if (!row) throw notFound();
      ctx.body = presentUser(row);
    },
  });
  return [create, read, change];
}
