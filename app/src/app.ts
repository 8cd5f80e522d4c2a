import Koa from 'koa';
import type { Answered } from './http/access-log.ts';
import { accessLog } from './http/access-log.ts';
import type { BodyLimits } from './http/body.ts';
import { clientWentAway } from './http/client.ts';
import type { Context, Middleware, State } from './http/context.ts';
import { mount } from './http/mount.ts';
import type { AppError } from './http/problem.ts';
import { renderErrors } from './http/render.ts';
import { identifyRequest } from './http/request.ts';
import type { Route } from './http/route.ts';

export type AppDeps = {
  trustProxy: boolean;
  bodyLimits: BodyLimits;
  record: (answered: Answered) => void;
  translate: (error: unknown) => AppError | undefined;
  report: (error: unknown, fields: Record<string, unknown>) => void;
  /** Headers of all that Koa answers, CORS. */
  outer: readonly Middleware[];
  admit: (route: Route) => void;
  guard: (ctx: Context, route: Route) => Promise<void>;
  limit: (ctx: Context, limit: Route['limit']) => Promise<void>;
  routes: readonly Route[];
};

/** The service as a Koa app without a port: the list of middlewares that every request passes, in order. */
export function createApp(deps: AppDeps): Koa<State> {
  const app = new Koa<State>();
  const { admit, guard, limit, bodyLimits } = deps;
  app.use(identifyRequest(deps.trustProxy));
  app.use(accessLog(deps));
  app.use(renderErrors(deps));
  for (const middleware of deps.outer) app.use(middleware);
  for (const middleware of mount(deps.routes, { admit, guard, limit, bodyLimits })) app.use(middleware);
  app.on('error', (error: Error, ctx?: Context) => {
    // An answer under way meets the end of its client's connection in whatever words the connection has for it.
    const isTheirs = clientWentAway(error) || ctx?.req.socket.errored === error;
    if (!isTheirs) deps.report(error, {});
  });
  return app;
}
