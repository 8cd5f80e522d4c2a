import { z } from 'zod';
import { open, type Route, route } from '../http/route.ts';
import type { Readiness } from './readiness.ts';

type Deps = {
  report: Readiness['report'];
  inFlight: () => number;
  lag: () => number;
  version: string;
};

const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });
const readiness = z
  .object({
    status: z.enum(['ok', 'unavailable']),
    reason: z.string().optional().describe('Why not ready'),
    dependencies: z.record(z.string(), z.enum(['up', 'down', 'none', 'unknown'])),
    in_flight: z.int().describe('Requests being answered, this one apart'),
    lag_ms: z.number().describe('How late timers of the event loop are, 99th percentile of the last second'),
    version: z.string(),
  })
  .meta({ id: 'Readiness' });

const operation = { method: 'GET', tag: 'operations', access: open, limit: 'none', versioned: false } as const;

/** Whether the process answers (/health), and whether it may enter rotation (/health/ready). Neither asks a store. */
export function healthRoutes({ report, inFlight, lag, version }: Deps): Route[] {
  const alive = route({
    ...operation,
    path: '/health',
    summary: 'Whether the process answers',
    answers: { 200: { description: 'It does', schema: health } },
    handle(ctx) {
      ctx.body = { status: 'ok' };
    },
  });
  const ready = route({
    ...operation,
    path: '/health/ready',
    summary: 'Whether the replica may enter rotation',
    answers: { 200: { description: 'It may', schema: readiness }, 503: { description: 'Not now', schema: readiness } },
    handle(ctx) {
      const { reason, dependencies } = report();
      ctx.status = reason === undefined ? 200 : 503;
      const figures = { dependencies, in_flight: inFlight() - 1, lag_ms: lag(), version };
      ctx.body = { status: reason === undefined ? 'ok' : 'unavailable', ...(reason && { reason }), ...figures };
    },
  });
  return [alive, ready];
}
