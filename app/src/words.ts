/**
 * First path segments that routes use. `app` may mount only these, and an alias may not be one of them,
 * so that no short link can hide a route and no route a short link.
 */
export const words: ReadonlySet<string> = new Set([
  'v1',
  'users',
  'urls',
  'events',
  'keys',
  'shorten',
  'docs',
  'openapi.json',
  'health',
  'metrics',
  'logs',
  'chaos',
  'stream',
  'dashboard',
  'assets',
  'robots.txt',
  'favicon.ico',
  'favicon.svg',
  '.well-known',
]);
