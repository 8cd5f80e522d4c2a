import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Db } from '../database.ts';
import type { Context } from '../http/context.ts';
import { AppError } from '../http/problem.ts';
import { text } from '../http/query.ts';
import { open, type Route, route } from '../http/route.ts';
import { refuseForeign } from './guard.ts';
import { anonymous, hashKey, type Identity, keyLease, scopes } from './key.ts';
import { makeToken, presentedToken, sessionCookie } from './session.ts';
import { deleteSession, insertSession } from './session-store.ts';

type Deps = {
  db: Db;
  authOn: boolean;
  /** Whether the request came over HTTPS. */
  isSecure: (ctx: Context) => boolean;
  identifyKey: (key: string) => Promise<Identity | undefined>;
  identifySession: (token: string) => Promise<Identity | undefined>;
};

const path = '/dashboard/session';
const common = { path, tag: 'keys', access: open, versioned: false } as const;
const newSession = z.object({ key: text(1, 300) }).meta({ id: 'NewSession' });
const session = z
  .object({
    auth: z.enum(['on', 'off']),
    signed_in: z.boolean(),
    scopes: z.array(z.enum(scopes)).describe('What this browser may do'),
  })
  .meta({ id: 'Session' });

const describeSession = (authOn: boolean, identity: Identity | undefined): z.output<typeof session> => ({
  auth: authOn ? 'on' : 'off',
  signed_in: identity !== undefined,
  scopes: [...(identity?.scopes ?? (authOn ? [] : anonymous.scopes))],
});

const begin = ({ db, authOn, isSecure, identifyKey }: Deps): Route =>
  route({
    ...common,
    method: 'POST',
    limit: 'create',
    summary: 'Sign a browser in: exchange an API key for a cookie',
    body: newSession,
    answers: { 201: { description: 'What the browser may do from now on', schema: session, headers: ['Set-Cookie'] } },
    refuses: ['unauthorized', 'forbidden'],
    async handle(ctx, { body: { key } }) {
      refuseForeign(ctx);
      const identity = await identifyKey(key);
      if (!identity) throw new AppError('unauthorized', 'The API key is not valid');
      const token = makeToken();
      await insertSession(db, hashKey(token), hashKey(key));
      ctx.set('Set-Cookie', sessionCookie(token, isSecure(ctx)));
      ctx.status = 201;
      ctx.body = describeSession(authOn, identity);
    },
  });

const look = ({ authOn, identifySession }: Deps): Route =>
  route({
    ...common,
    method: 'GET',
    limit: 'read',
    summary: 'What this browser may do',
    answers: { 200: { description: 'Whether it is signed in, and its scopes', schema: session } },
    async handle(ctx) {
      const token = presentedToken(ctx.get('Cookie'));
      ctx.body = describeSession(authOn, token === undefined ? undefined : await identifySession(token));
    },
  });

const end = ({ db, isSecure }: Deps): Route =>
  route({
    ...common,
    method: 'DELETE',
    limit: 'create',
    summary: 'Sign this browser out; answered when no replica accepts its cookie any more',
    answers: { 204: { description: 'Signed out', headers: ['Set-Cookie'] } },
    refuses: ['forbidden'],
    async handle(ctx) {
      refuseForeign(ctx);
      const token = presentedToken(ctx.get('Cookie'));
      if (token !== undefined) {
        await deleteSession(db, hashKey(token));
        await sleep(keyLease);
      }
      ctx.set('Set-Cookie', sessionCookie(undefined, isSecure(ctx)));
      ctx.status = 204;
    },
  });

/** A browser's session: begun with an API key, looked at, ended. */
export const sessionRoutes = (deps: Deps): Route[] => [begin(deps), look(deps), end(deps)];
