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

const keyHeader = 'Idempotency-Key';
const hint = 'An Idempotency-Key (24 h) makes a retry return the first answer.';

/** Creates, and answers 201 with what `present` makes of the row: under a key once, and the same again. */
const createAnswer =
  ({ creator, once }: Deps) =>
  async (ctx: Context, operation: string, input: NewUrl, present: (row: UrlRow) => unknown): Promise<void> => {
    const answerOf = (row: UrlRow): FirstAnswer => ({
      location: `${ctx.state.prefix}/urls/${row.id}`,
      body: JSON.stringify(present(row)),
    });
    const createOnce = async (key: string): Promise<FirstAnswer> => {
      const subject = ctx.state.identity?.subject ?? 'anonymous';
      const attempt = { subject, key, fingerprint: fingerprintOf(operation, input) };
      const code = await creator.codeFor(input);
      const answer = await once(attempt, async (trx) => answerOf(await creator.createIn(trx, input, code)));
      await creator.created(input);
      return answer;
    };
    const key = parseKey(ctx.get(keyHeader));
    const { location, body } = key === undefined ? answerOf(await creator.create(input)) : await createOnce(key);
    ctx.status = 201;
    ctx.set('Location', location);
    ctx.type = 'application/json';
    ctx.body = body;
  };

/** POST /urls and POST /shorten: the two ways to a new short link. */
export function createRoutes(deps: Deps): Route[] {
  const { publicAddress, schemas } = deps;
  const answer = createAnswer(deps);
  const common = {
    ...({ method: 'POST', tag: 'urls', access: needs('write'), limit: 'create', versioned: true } as const),
    headers: { [keyHeader]: 'The same for each repetition of a request: 1 to 255 visible ASCII characters' },
    refuses: ['conflict'] as const,
  };
  const create = route({
    ...common,
    path: '/urls',
    summary: `Add a url. ${hint}`,
    body: schemas.newUrl,
    answers: { 201: { description: 'The url', schema: url, headers: ['Location'] } },
    handle: (ctx, { body }) =>
      answer(ctx, 'POST /urls', body, (row) => presentUrl({ ...row, click_count: 0 }, publicAddress)),
  });
  const shorten = route({
    ...common,
    path: '/shorten',
    summary: `Shorten an address, the short way. ${hint}`,
    body: schemas.shorten,
    answers: { 201: { description: 'The short link', schema: shortened, headers: ['Location'] } },
    handle: (ctx, { body: { url: original_url, custom_alias } }) =>
      answer(
        ctx,
        'POST /shorten',
        { original_url, custom_alias },
        ({ short_code }): z.output<typeof shortened> => ({
          short_code,
          short_url: shortUrl(publicAddress, short_code),
          original_url,
        }),
      ),
  });
  return [create, shorten];
}
