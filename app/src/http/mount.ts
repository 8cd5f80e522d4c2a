import { Router } from '@koa/router';
import type { z } from 'zod';
import { words } from '../words.ts';
import { type BodyLimits, readJson } from './body.ts';
import type { Context, Middleware, State } from './context.ts';
import { AppError, type FieldErrors } from './problem.ts';
import type { Route } from './route.ts';

type Deps = {
  /** Refuses what would be answered too late. */
  admit: (route: Route) => void;
  /** Refuses who may not, and sets `ctx.state.identity`. */
  guard: (ctx: Context, route: Route) => Promise<void>;
  /** Refuses who asks too often: a key, or an address where there is none. */
  limit: (ctx: Context, limit: Route['limit']) => Promise<void>;
  bodyLimits: BodyLimits;
};

const fieldErrors = (error: z.ZodError): FieldErrors =>
  Object.fromEntries(error.issues.map((issue) => [issue.path.join('.') || 'body', issue.message]));

const describe = (errors: FieldErrors): string =>
  Object.entries(errors)
    .map(([field, message]) => `${field}: ${message}`)
    .join('; ');

function parsed(schema: z.ZodType | undefined, value: unknown, code: 'malformed' | 'invalid'): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = fieldErrors(result.error);
  throw new AppError(code, describe(errors), code === 'invalid' ? { errors } : {});
}

async function bodyOf(ctx: Context, route: Route, limits: BodyLimits): Promise<unknown> {
  if (!route.body) return undefined;
  const body = await readJson(ctx, limits);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new AppError('malformed', 'The body is not a JSON object');
  }
  return parsed(route.body, body, 'invalid');
}

/** Whether a path begins with a word that routes use: it is no short link then, and `/:code` is not its route. */
const isWord = (path: string): boolean => words.has((path.split('/')[1] ?? '').toLowerCase());
const isOpenEnded = (path: string): boolean => path.startsWith('/:');

const isRefused = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'unauthorized' || error.code === 'forbidden');

/** Who may not counts against its address, also where who may is not counted: nobody tries keys without an end. */
async function guarded(ctx: Context, route: Route, { guard, limit }: Deps): Promise<void> {
  try {
    await guard(ctx, route);
  } catch (error) {
    if (isRefused(error)) await limit(ctx, route.limit === 'none' ? 'read' : route.limit);
    throw error;
  }
}

const middlewareOf =
  (route: Route, prefix: string, deps: Deps): Middleware =>
  async (ctx, next) => {
    const { admit, limit, bodyLimits } = deps;
    if (isOpenEnded(route.path) && isWord(ctx.path)) return next();
    ctx.state.route = prefix + route.path;
    ctx.state.prefix = prefix;
    admit(route);
    await guarded(ctx, route, deps);
    await limit(ctx, route.limit);
    const params = parsed(route.params, (ctx as Context & { params: unknown }).params, 'malformed');
    const query = parsed(route.query, { ...ctx.query }, 'malformed');
    const body = await bodyOf(ctx, route, bodyLimits);
    await route.handle(ctx, { params, query, body });
  };

/** What no operation answered: 405 with Allow where the path exists, else 404. */
const refuseUnmatched =
  (router: Router<State>): Middleware =>
  (ctx) => {
    const layers = router.match(ctx.path, ctx.method).path;
    const own = layers.filter(({ path }) => !(isWord(ctx.path) && isOpenEnded(String(path))));
    const methods = new Set(own.flatMap((layer) => layer.methods));
    if (methods.size === 0) throw new AppError('not_found', 'Not found');
    const headers = { Allow: [...methods].sort().join(', ') };
    throw new AppError('method_not_allowed', 'Method not allowed', { headers });
  };

/** Puts the routes on a router: admit, guard, limit, parse, handle; then refuses what none of them answers. */
export function mount(routes: readonly Route[], deps: Deps): Middleware[] {
  const router = new Router<State>();
  for (const route of routes) {
    for (const prefix of route.versioned ? ['', '/v1'] : ['']) {
      router.register(prefix + route.path, [route.method], middlewareOf(route, prefix, deps) as never);
    }
  }
  return [router.routes() as unknown as Middleware, refuseUnmatched(router)];
}
