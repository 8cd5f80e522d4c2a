import type { Middleware } from './context.ts';

/** Content may load nothing and be framed by nobody; a page that needs more says so itself. */
const strictPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** What an answer with a body of any kind carries. */
export const safeHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': strictPolicy,
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  // What is behind a key stays out of caches; what may be kept says so itself.
  'Cache-Control': 'no-store',
};

/**
 * Headers of every response of Koa, unless its route says otherwise. A short link's 3xx has none of them, on whichever way
 * it is answered: nothing is shown of a body that is empty, the policy on referrers is what browsers do anyway, and each
 * redirect would carry the bytes. What a short link answers else has its own (redirects/answer).
 */
export const securityHeaders: Middleware = (ctx, next) => {
  ctx.set(safeHeaders);
  return next();
};
