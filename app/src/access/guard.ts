import { timingSafeEqual } from 'node:crypto';
import type { Context } from '../http/context.ts';
import { AppError } from '../http/problem.ts';
import type { Route } from '../http/route.ts';
import { allows, anonymous, hashKey, type Identity, presentedKey, type Scope } from './key.ts';
import { presentedToken, senderOf } from './session.ts';

type Deps = {
  /** Whether requests need a key; routes that always do need one either way. */
  authOn: boolean;
  identifyKey: (key: string) => Promise<Identity | undefined>;
  /** Whom a browser's session stands for. */
  identifySession: (token: string) => Promise<Identity | undefined>;
  /** Whether pages of this origin may call the API. */
  allowsOrigin: (origin: string) => boolean;
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

type KeyedAccess = Exclude<Route['access'], { kind: 'public' }>;

const foreign = () => new AppError('forbidden', "This request comes from another site's page");

const senderOfRequest = (ctx: Context) =>
  senderOf({ method: ctx.method, site: ctx.get('Sec-Fetch-Site'), origin: ctx.get('Origin'), host: ctx.host });

/** Refuses what another site's page had a browser send. */
export function refuseForeign(ctx: Context): void {
  if (senderOfRequest(ctx) === 'foreign') throw foreign();
}

/** Answers whom a key stands for, the environment's admin key among them, which always exists where it is set. */
export function createIdentifyKey(
  adminKey: string | undefined,
  identify: (key: string) => Promise<Identity | undefined>,
): (key: string) => Promise<Identity | undefined> {
  const adminHash = adminKey === undefined ? undefined : hashKey(adminKey);
  return async (key) => {
    if (adminHash && timingSafeEqual(hashKey(key), adminHash)) return { subject: 'environment', scopes: ['admin'] };
    return identify(key);
  };
}

/**
 * Finds out who asks, refuses who may not, and leaves the identity on the request. Public routes ask nothing. What a
 * browser sends by itself (its cookie, or nothing where no key is needed) changes nothing for another site's page.
 */
export function createGuard(deps: Deps): (ctx: Context, route: Route) => Promise<void> {
  const { authOn, identifyKey, identifySession, allowsOrigin } = deps;
  const sessionOf = async (ctx: Context): Promise<Identity | undefined> => {
    const token = presentedToken(ctx.get('Cookie'));
    const identity = token === undefined ? undefined : await identifySession(token);
    if (identity && senderOfRequest(ctx) !== 'own') throw foreign();
    return identity;
  };
  const identify = async (ctx: Context, access: KeyedAccess): Promise<Identity> => {
    const key = presentedKey(ctx.get('Authorization'), ctx.get('X-API-Key'));
    const identity = await (key === undefined ? sessionOf(ctx) : identifyKey(key));
    const open = !authOn && !access.always;
    if (!open && !identity) throw unauthorized(key !== undefined);
    if (!open && identity && !allows(identity.scopes, access.scope)) throw forbidden(access.scope);
    if (!identity && !allowsOrigin(ctx.get('Origin'))) refuseForeign(ctx);
    return identity ?? anonymous;
  };
  return async (ctx, { access }) => {
    if (access.kind === 'public') return;
    ctx.state.identity = await identify(ctx, access);
    // Where nobody can tell, as little changes as for a request.
    ctx.state.stillAllowed = () => identify(ctx, access).then(Boolean, (error) => !(error instanceof AppError));
  };
}
