import type { z } from 'zod';
import type { Trx } from '../database.ts';
import type { Context } from '../http/context.ts';
import { needs, type Route, route } from '../http/route.ts';
import { type Attempt, type FirstAnswer, fingerprintOf, parseKey } from '../idempotency/key.ts';
import type { Creator } from './create.ts';
import type { UrlRow } from './table.ts';
import { type NewUrl, presentUrl, shortened, shortUrl, type UrlSchemas, url } from './url.ts';

type Deps = {
  creator: Creator;
  /** Does the work once per Idempotency-Key; a repeat gets the first answer. */
  once: (attempt: Attempt, work: (trx: Trx) => Promise<FirstAnswer>) => Promise<FirstAnswer>;
  publicAddress: string;
  schemas: UrlSchemas;
};

const summary = 'An Idempotency-Key (24 h) makes a retry return the first answer.';

/** POST /urls and POST /shorten: the two ways to a new short link. */
export function createRoutes({ creator, once, publicAddress, schemas }: Deps): Route[] {
  const answer = async (ctx: Context, operation: string, input: NewUrl, present: (row: UrlRow) => unknown) => {
    const key = parseKey(ctx.get('Idempotency-Key'));
    const answerOf = (row: UrlRow): FirstAnswer => ({
      location: `${ctx.state.prefix}/urls/${row.id}`,
      body: JSON.stringify(present(row)),
    });
    const subject = ctx.state.identity?.subject ?? 'anonymous';
    const { location, body } =
      key === undefined
        ? answerOf(await creator.create(input))
        : await once({ subject, key, fingerprint: fingerprintOf(operation, input) }, async (trx) =>
            answerOf(await creator.createIn(trx, input)),
          );
    if (key !== undefined) await creator.created(input);
    ctx.status = 201;
    ctx.set('Location', location);
    ctx.type = 'application/json';
    ctx.body = body;
  };
  const common = { method: 'POST', tag: 'urls', access: needs('write'), limit: 'create', versioned: true } as const;
  const create = route({
    ...common,
    path: '/urls',
    summary: `Add a url. ${summary}`,
    body: schemas.newUrl,
    answers: { 201: { description: 'The url', schema: url } },
    handle: (ctx, { body }) =>
      answer(ctx, 'POST /urls', body, (row) => presentUrl({ ...row, click_count: 0 }, publicAddress)),
  });
  const shorten = route({
    ...common,
    path: '/shorten',
    summary: `Shorten an address, the short way. ${summary}`,
    body: schemas.shorten,
    answers: { 201: { description: 'The short link', schema: shortened } },
    handle: (ctx, { body: { url: original_url, custom_alias } }) =>
      answer(
        ctx,
        'POST /shorten',
        { original_url, custom_alias },
        (row): z.output<typeof shortened> => ({
          short_code: row.short_code,
          short_url: shortUrl(publicAddress, row.short_code),
          original_url: row.original_url,
        }),
      ),
  });
  return [create, shorten];
}
