import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { open, type Route, route } from '../http/route.ts';
import { words } from '../words.ts';
import { startPage } from './page.ts';
import { robots } from './robots.ts';

type Deps = {
  version: string;
  /** Public address of the service, without a slash at the end. */
  address: string;
  authOn: boolean;
};

const page = { method: 'GET', tag: 'pages', access: open, limit: 'none', versioned: false } as const;
const day = 'public, max-age=86400';

const about = z
  .object({
    name: z.literal('Shortstack'),
    version: z.string(),
    auth: z.enum(['on', 'off']),
    docs: z.string(),
    openapi: z.string(),
    health: z.string(),
  })
  .meta({ id: 'About' });

function startRoute({ version, address, authOn }: Deps): Route {
  const { html, policy } = startPage({ version, address, authOn });
  const links = { docs: '/docs', openapi: '/openapi.json', health: '/health' };
  return route({
    ...page,
    path: '/',
    summary: 'What this is: a page for browsers, JSON for the rest',
    answers: { 200: { description: 'What this is', schema: about } },
    handle(ctx) {
      ctx.vary('Accept');
      if (ctx.accepts('json', 'html') === 'html') {
        ctx.set('Content-Security-Policy', policy);
        ctx.type = 'html';
        ctx.body = html;
        return;
      }
      ctx.body = { name: 'Shortstack', version, auth: authOn ? 'on' : 'off', ...links };
    },
  });
}

type Fixed = { path: string; type: string; summary: string; body: string | Buffer };

const fixedRoute = ({ path, type, summary, body }: Fixed): Route =>
  route({
    ...page,
    path,
    summary,
    answers: { 200: { description: summary, type } },
    handle(ctx) {
      ctx.set('Cache-Control', day);
      ctx.type = type;
      ctx.body = body;
    },
  });

const icon = (name: string): Buffer => readFileSync(join(import.meta.dirname, name));

/** The start page, and what browsers and crawlers ask for by themselves. */
export const dashboardRoutes = (deps: Deps): Route[] => [
  startRoute(deps),
  fixedRoute({ path: '/robots.txt', type: 'text/plain', summary: 'What crawlers may read', body: robots(words) }),
  fixedRoute({ path: '/favicon.svg', type: 'image/svg+xml', summary: 'The icon', body: icon('favicon.svg') }),
  fixedRoute({ path: '/favicon.ico', type: 'image/x-icon', summary: 'The icon', body: icon('favicon.ico') }),
];
