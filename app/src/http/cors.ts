import type { Context, Middleware } from './context.ts';

const preflight = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, DELETE',
  'Access-Control-Allow-Headers': 'Authorization, X-API-Key, Content-Type, Idempotency-Key, X-Request-ID',
  'Access-Control-Max-Age': '600',
};
const exposed = [
  ...['Link', 'Location', 'X-Total-Count', 'X-Request-ID', 'Retry-After'],
  ...['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'],
].join(', ');

const isPreflight = (ctx: Context): boolean =>
  ctx.method === 'OPTIONS' && ctx.get('Access-Control-Request-Method') !== '';

/**
 * Lets pages of the given origins call the API (`*`: of any); without origins it adds nothing. No cookies are involved,
 * so credentials are never allowed: a key is sent by whoever has it.
 */
export function cors(origins: readonly string[]): Middleware {
  const allowed = new Set(origins);
  const any = allowed.has('*');
  return (ctx, next) => {
    if (allowed.size === 0) return next();
    if (!any) ctx.vary('Origin');
    const origin = ctx.get('Origin');
    if (origin === '' || !(any || allowed.has(origin))) return next();
    ctx.set('Access-Control-Allow-Origin', any ? '*' : origin);
    if (!isPreflight(ctx)) {
      ctx.set('Access-Control-Expose-Headers', exposed);
      return next();
    }
    ctx.set(preflight);
    ctx.status = 204;
  };
}
