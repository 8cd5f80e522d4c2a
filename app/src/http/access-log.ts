import type { Middleware } from './context.ts';

/** What is known of an answered request. */
export type Answered = {
  requestId: string;
  method: string;
  route: string;
  path: string;
  status: number;
  seconds: number;
  timings?: Record<string, number>;
};

type Deps = {
  /** Counts and logs an answered request. */
  record: (answered: Answered) => void;
};

/** Reports every request once its response is out, also when the client went away before. */
export const accessLog =
  ({ record }: Deps): Middleware =>
  (ctx, next) => {
    const start = performance.now();
    ctx.res.once('close', () => {
      record({
        requestId: ctx.state.requestId,
        method: ctx.method,
        route: ctx.state.route,
        path: ctx.path,
        status: ctx.res.statusCode,
        seconds: ((ctx.state.openedAt ?? performance.now()) - start) / 1_000,
        timings: ctx.state.timings,
      });
    });
    return next();
  };
