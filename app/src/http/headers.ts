import type { Middleware } from './context.ts';

/** Content may load nothing and be framed by nobody; a page that needs more says so itself. */
const strictPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const usual = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': strictPolicy,
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  // What is behind a key stays out of caches; what may be kept says so itself.
  'Cache-Control': 'no-store',
};

/** Headers that every response carries, unless its route says otherwise. */
export const securityHeaders: Middleware = (ctx, next) => {
  ctx.set(usual);
  return next();
};
