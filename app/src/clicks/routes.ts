import type { Db } from '../database.ts';
import { AppError } from '../http/problem.ts';
import { needs, type Route, route } from '../http/route.ts';
import { rangeOf } from './range.ts';
import { presentStats, stats, statsParams, statsQuery } from './stats.ts';
import { readStats } from './stats-store.ts';

type Deps = { db: Db };

/** What is known of a url's clicks. */
export function clickRoutes({ db }: Deps): Route[] {
  const read = route({
    method: 'GET',
    path: '/urls/:id/stats',
    summary: 'Clicks of a url: over time, by whom, from where, with what',
    tag: 'urls',
    access: needs('read'),
    limit: 'read',
    versioned: true,
    params: statsParams,
    query: statsQuery,
    answers: { 200: { description: 'The statistics', schema: stats } },
    async handle(ctx, { params, query }) {
      const range = rangeOf(query, new Date());
      const stored = await readStats(db, params.id, range);
      if (!stored) throw new AppError('not_found', 'URL not found');
      ctx.body = presentStats(params.id, range, stored);
    },
  });
  return [read];
}
