import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../http/problem.ts';
import { open, type Route, route } from '../http/route.ts';

const page = { method: 'GET', tag: 'pages', access: open, limit: 'none', versioned: false } as const;

/** The viewer sets style attributes as it draws; scripts are its own files alone, and it talks to this service alone. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const start = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

const html = (version: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Shortstack: the API</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css?v=${version}">
</head>
<body>
<div id="docs"></div>
<script src="/docs/assets/swagger-ui-bundle.js?v=${version}"></script>
<script src="/docs/assets/start.js?v=${version}"></script>
</body>
</html>
`;

type Asset = { type: string; length: number; open: () => string | ReturnType<typeof createReadStream> };

function findAssets(): { version: string; assets: ReadonlyMap<string, Asset> } {
  const manifest = createRequire(import.meta.url).resolve('@fastify/swagger-ui/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const file = (name: string, type: string): [string, Asset] => {
    const path = join(dirname(manifest), 'static', name);
    return [name, { type, length: statSync(path).size, open: () => createReadStream(path) }];
  };
  const assets = new Map<string, Asset>([
    file('swagger-ui.css', 'text/css'),
    file('swagger-ui-bundle.js', 'text/javascript'),
    ['start.js', { type: 'text/javascript', length: start.length, open: () => start }],
  ]);
  return { version, assets };
}

function documentRoute(document: () => string): Route {
  let json: string | undefined;
  return route({
    ...page,
    path: '/openapi.json',
    summary: 'This document',
    answers: { 200: { description: 'The OpenAPI document', schema: z.record(z.string(), z.unknown()) } },
    handle(ctx) {
      ctx.set('Cache-Control', 'no-cache');
      ctx.type = 'application/json';
      // Made once, when all routes are known.
      json ??= document();
      ctx.body = json;
    },
  });
}

const viewerRoute = (version: string): Route =>
  route({
    ...page,
    path: '/docs',
    summary: 'The API, to read and to try',
    answers: { 200: { description: 'A page', type: 'text/html' } },
    handle(ctx) {
      ctx.set('Cache-Control', 'no-cache');
      ctx.set('Content-Security-Policy', policy);
      ctx.type = 'html';
      ctx.body = html(version);
    },
  });

/** The OpenAPI document and its viewer, all of it from this machine. `document` makes the JSON. */
export function docsRoutes(document: () => string): Route[] {
  const { version, assets } = findAssets();
  const assetRoute = route({
    ...page,
    path: '/docs/assets/:file',
    summary: 'What the viewer is made of',
    params: z.object({ file: z.string().describe('Name of the file') }),
    answers: { 200: { description: 'A file', type: 'text/javascript' } },
    handle(ctx, { params: { file } }) {
      const asset = assets.get(file);
      if (!asset) throw new AppError('not_found', 'Not found');
      // The page asks for it with the viewer's version, so it never changes under its address.
      ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
      ctx.type = asset.type;
      ctx.body = asset.open();
      ctx.length = asset.length;
    },
  });
  return [documentRoute(document), viewerRoute(version), assetRoute];
}
