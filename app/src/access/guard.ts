import { timingSafeEqual } from 'node:crypto';
import type { Context } from '../http/context.ts';
import { AppError } from '../http/problem.ts';
import type { Route } from '../http/route.ts';
import { allows, anonymous, hashKey, type Identity, presentedKey, type Scope } from './key.ts';

type Deps = {
  /** Whether requests need a key; routes that always do need one either way. */
  authOn: boolean;
  /** The environment's admin key, if there is one. */
  adminKey: string | undefined;
  identify: (key: string) => Promise<Identity | undefined>;
};

const challenge = 'Bearer realm="shortstack"';

const unauthorized = (presented: boolean) =>
  new AppError('unauthorized', presented ? 'The API key is not valid' : 'An API key is needed', {
    headers: { 'WWW-Authenticate': presented ? `${challenge}, error="invalid_token"` : challenge },
  });

const forbidden = (scope: Scope) =>
  new AppError('forbidden', `The API key lacks the scope ${scope}`, {
    headers: { 'WWW-Authenticate': `${challenge}, error="insufficient_scope", scope="${scope}"` },
  });

/** Finds out who asks, refuses who may not, and leaves the identity on the request. Public routes ask nothing. */
export function createGuard({ authOn, adminKey, identify }: Deps): (ctx: Context, route: Route) => Promise<void> {
  const adminHash = adminKey === undefined ? undefined : hashKey(adminKey);
  const identityOf = async (key: string | undefined): Promise<Identity | undefined> => {
    if (key === undefined) return undefined;
    if (adminHash && timingSafeEqual(hashKey(key), adminHash)) return { subject: 'environment', scopes: ['admin'] };
    return identify(key);
  };
  return async (ctx, { access }) => {
    if (access.kind === 'public') return;
    const key = presentedKey(ctx.get('Authorization'), ctx.get('X-API-Key'));
    const identity = await identityOf(key);
    const open = !authOn && !access.always;
    if (!open && !identity) throw unauthorized(key !== undefined);
    if (!open && identity && !allows(identity.scopes, access.scope)) throw forbidden(access.scope);
    ctx.state.identity = identity ?? anonymous;
  };
}
