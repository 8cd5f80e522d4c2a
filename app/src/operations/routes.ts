import { z } from 'zod';
import { sameSecret } from '../access/key.ts';
import { AppError } from '../http/problem.ts';
import { text } from '../http/query.ts';
import { always, open, type Route, route } from '../http/route.ts';
import { type LogRing, logLevels } from './log-ring.ts';

const operation = { tag: 'operations', limit: 'none', versioned: false } as const;
const mostLines = 200;

/** The metrics of this replica in Prometheus's text format. */
export const metricsRoute = (type: string, collect: () => Promise<string>): Route =>
  route({
    ...operation,
    method: 'GET',
    path: '/metrics',
    summary: 'Metrics of this replica in the text format of Prometheus',
    access: open,
    answers: { 200: { description: 'Metrics', type: 'text/plain' } },
    async handle(ctx) {
      ctx.body = await collect();
      ctx.type = type;
    },
  });

const logQuery = z.object({
  limit: z
    .string()
    .regex(/^[0-9]{1,9}$/, 'a whole number')
    .default('100')
    .transform((value) => Math.min(Number(value), mostLines))
    .meta({ override: { type: 'integer', minimum: 0, maximum: mostLines, default: 100 } }),
  level: z.enum(logLevels).default('debug').describe('Least severe level'),
  filter: text(0, 200).default('').describe('Text that a line contains, in any case'),
});
const logs = z.object({ count: z.int(), logs: z.array(z.record(z.string(), z.unknown())) }).meta({ id: 'Logs' });

/** The replica's last lines, for those who cannot reach the log itself. */
export const logsRoute = (ring: LogRing): Route =>
  route({
    ...operation,
    method: 'GET',
    path: '/logs',
    summary: 'Last log lines of this replica, oldest first',
    access: always('admin'),
    query: logQuery,
    answers: { 200: { description: 'Lines', schema: logs } },
    handle(ctx, { query }) {
      const lines = ring.read(query);
      ctx.body = { count: lines.length, logs: lines };
    },
  });

type Chaos = { token: string; terminate: () => void };

/** Ends this replica for a drill, by the signal that an orchestrator would send. GET is for old drills. */
export const chaosRoutes = ({ token, terminate }: Chaos): Route[] =>
  (['POST', 'GET'] as const).map((method) =>
    route({
      ...operation,
      method,
      path: '/chaos',
      limit: 'create',
      summary: 'Drill: this replica ends as if it was told to stop',
      headers: { 'X-Chaos-Token': 'The token of CHAOS_TOKEN' },
      access: open,
      answers: { 204: { description: 'It drains and ends' } },
      refuses: ['forbidden'],
      handle(ctx) {
        if (!sameSecret(ctx.get('X-Chaos-Token'), token)) throw new AppError('forbidden', 'X-Chaos-Token is not right');
        ctx.status = 204;
        ctx.res.once('close', terminate);
      },
    }),
  );
