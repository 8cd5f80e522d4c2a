import type { Context, Middleware } from './context.ts';
import { AppError, problemBody, problems } from './problem.ts';

type Deps = {
  /** Turns what a library threw into our error where it means one (a store that is down), else undefined. */
  translate: (error: unknown) => AppError | undefined;
  /** Reports what nobody expected, once, with its cause. */
  report: (error: unknown, fields: Record<string, unknown>) => void;
};

/** Writes an error as application/problem+json and nothing else of it. */
function renderProblem(ctx: Context, error: AppError): void {
  ctx.status = problems[error.code].status;
  ctx.set(error.headers);
  ctx.set('Cache-Control', 'no-store');
  ctx.body = JSON.stringify(problemBody(error, ctx.state.requestId));
  ctx.type = 'application/problem+json';
}

/** Http errors that Koa or a body reader throws on a client's account, in our words. */
function fromHttpError(error: unknown): AppError | undefined {
  const status = (error as { status?: unknown }).status;
  const code = (Object.keys(problems) as (keyof typeof problems)[]).find((key) => problems[key].status === status);
  return code && problems[code].status < 500 ? new AppError(code, problems[code].title, { cause: error }) : undefined;
}

/** The one place where an error becomes a response. What is not ours is logged whole and shown as "Internal error". */
export const renderErrors =
  ({ translate, report }: Deps): Middleware =>
  async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const known = error instanceof AppError ? error : (translate(error) ?? fromHttpError(error));
      if (!known) report(error, { request_id: ctx.state.requestId, route: ctx.state.route });
      renderProblem(ctx, known ?? new AppError('internal', 'Internal error', { cause: error }));
    }
  };
