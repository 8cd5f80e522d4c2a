import { join } from 'node:path';
import { z } from 'zod';
import type { Context } from '../http/context.ts';
import { AppError } from '../http/problem.ts';
import { open, type Route, route } from '../http/route.ts';
import { type Asset, pack, readAssets } from './assets.ts';
import { type About, shellPage } from './shell.ts';

const page = { method: 'GET', tag: 'pages', access: open, limit: 'none', versioned: false } as const;
const folder = join(import.meta.dirname, '..', '..', 'web');

function sendPacked(ctx: Context, { type, plain, packed }: Asset): void {
  ctx.vary('Accept-Encoding');
  ctx.set('Content-Type', type);
  const gzip = ctx.acceptsEncodings('gzip', 'identity') === 'gzip';
  if (gzip) ctx.set('Content-Encoding', 'gzip');
  ctx.body = gzip ? packed : plain;
}

/** The dashboard's page, and what it is made of. */
export function shellRoutes(about: About): Route[] {
  const { version, style, files } = readAssets(folder);
  const { html, policy } = shellPage({ about, version, style });
  const packedPage = pack('text/html; charset=utf-8', html);
  const shell = route({
    ...page,
    path: '/dashboard',
    summary: 'The dashboard',
    answers: { 200: { description: 'A page', type: 'text/html' } },
    handle(ctx) {
      ctx.set('Cache-Control', 'no-cache');
      ctx.set('Content-Security-Policy', policy);
      sendPacked(ctx, packedPage);
    },
  });
  const asset = route({
    ...page,
    path: '/assets/:version/:file',
    summary: 'What the dashboard is made of',
    params: z.object({ version: z.string(), file: z.string() }),
    answers: { 200: { description: 'A file', type: 'text/javascript' } },
    handle(ctx, { params }) {
      const found = files.get(params.file);
      if (!found) throw new AppError('not_found', 'Not found');
      // A page of another release, asked for while releases change, gets what there is, and keeps none of it.
      const kept = params.version === version;
      ctx.set('Cache-Control', kept ? 'public, max-age=31536000, immutable' : 'no-store');
      sendPacked(ctx, found);
    },
  });
  return [shell, asset];
}
