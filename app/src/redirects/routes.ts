import { z } from 'zod';
import type { RecordClick } from '../clicks/click.ts';
import { parseCode, type ShortCode } from '../codes/short-code.ts';
import type { Context } from '../http/context.ts';
import { AppError } from '../http/problem.ts';
import { open, type Route, route } from '../http/route.ts';
import { words } from '../words.ts';
import { type Answer, previewAnswer, redirectAnswer, refusalAnswer } from './answer.ts';
import type { Follow } from './follow.ts';
import { drawQr, qrQuery } from './qr.ts';

type Deps = {
  follow: Follow;
  recordClick: RecordClick;
  /** Public address that short links begin with. */
  publicAddress: string;
};

const code = z.string().meta({ override: { type: 'string', pattern: '^[0-9A-Za-z_-]{1,32}$' } });
const params = z.object({ code });
const plusParams = z.object({ code: z.string().describe('A short code, or one followed by + for a preview.') });

const redirected = { description: 'A redirect in Location', headers: ['Location'] } as const;
const answers = {
  301: redirected,
  302: redirected,
  307: redirected,
  308: redirected,
  404: { description: 'No such code: a page for browsers, a problem for the rest', type: 'text/html' },
  410: { description: 'Inactive, expired or used up: a page for browsers, a problem for the rest', type: 'text/html' },
  503: { description: 'No store that knows the code answers' },
};

function codeOf(segment: string): ShortCode {
  const parsed = parseCode(segment);
  if (parsed === undefined || words.has(segment.toLowerCase())) throw new AppError('not_found', 'Not found');
  return parsed;
}

function send(ctx: Context, { status, headers, body }: Answer): void {
  ctx.body = body === '' ? null : body;
  ctx.status = status;
  ctx.set(headers);
  // Koa would leave it out where a HEAD is answered without a body.
  if (body === '') ctx.length = 0;
}

/** The same with the headers that the listener in front of Koa answers with, and no others. */
function sendPlainly(ctx: Context, answer: Answer): void {
  for (const name of Object.keys(ctx.response.headers)) if (name !== 'x-request-id') ctx.remove(name);
  send(ctx, answer);
}

/** Resolves once the click is on durable storage, or it is certain that it cannot be put there now. */
const recorded = (ctx: Context, urlId: number, recordClick: RecordClick): Promise<void> =>
  new Promise((resolve) => {
    const { requestId, address, repeated } = ctx.state;
    const { 'user-agent': userAgent = '', referer: referrer = '' } = ctx.headers;
    const start = performance.now();
    recordClick({ urlId, at: Date.now(), requestId, repeated, address, userAgent, referrer }, () => {
      ctx.state.timings['click'] = performance.now() - start;
      resolve();
    });
  });

async function redirect(
  ctx: Context,
  segment: string,
  { follow, recordClick }: Deps,
  answer: typeof send,
): Promise<void> {
  const short = codeOf(segment);
  const head = ctx.method === 'HEAD';
  const { outcome, timings } = await (head ? follow.look(short) : follow.redirect(short));
  Object.assign(ctx.state.timings, timings);
  if (outcome.kind === 'refused') {
    return answer(ctx, refusalAnswer(outcome.refusal, ctx.get('Accept'), ctx.state.requestId));
  }
  if (!head) await recorded(ctx, outcome.link.id, recordClick);
  answer(ctx, redirectAnswer(outcome.link, ctx.querystring));
}

async function preview(ctx: Context, segment: string, { follow }: Deps): Promise<void> {
  const short = codeOf(segment);
  const { outcome } = await follow.look(short);
  if (outcome.kind === 'follow') return send(ctx, previewAnswer(short, outcome.link));
  return send(ctx, refusalAnswer(outcome.refusal, ctx.get('Accept'), ctx.state.requestId));
}

const common = { method: 'GET', tag: 'redirects', access: open } as const;

const longRoute = (deps: Deps): Route =>
  route({
    ...common,
    path: '/urls/:code/redirect',
    summary: 'Follow a short link, by its code',
    limit: 'none',
    versioned: true,
    params,
    answers,
    handle: (ctx, { params: { code: segment } }) => redirect(ctx, segment, deps, send),
  });

const qrRoute = ({ follow, publicAddress }: Deps): Route =>
  route({
    ...common,
    path: '/:code/qr',
    summary: 'The QR code of a short link',
    limit: 'read',
    versioned: false,
    params,
    query: qrQuery,
    answers: {
      200: { description: 'The QR code', type: ['image/svg+xml', 'image/png'] },
      404: answers[404],
      410: answers[410],
    },
    async handle(ctx, { params: { code: segment }, query }) {
      const short = codeOf(segment);
      const { outcome } = await follow.look(short);
      const { requestId } = ctx.state;
      if (outcome.kind === 'refused') return send(ctx, refusalAnswer(outcome.refusal, ctx.get('Accept'), requestId));
      const { type, body } = await drawQr(`${publicAddress}/${short}`, query);
      ctx.type = type;
      ctx.set('Cache-Control', 'public, max-age=3600');
      ctx.body = body;
    },
  });

const plainRoute = (deps: Deps): Route =>
  route({
    ...common,
    path: '/:code',
    summary: 'Follow a short link; with + behind the code, show where it leads',
    limit: 'none',
    versioned: false,
    params: plusParams,
    answers: { ...answers, 200: { description: 'A preview page, when the code ends in +', type: 'text/html' } },
    handle: (ctx, { params: { code: segment } }) =>
      segment.endsWith('+') ? preview(ctx, segment.slice(0, -1), deps) : redirect(ctx, segment, deps, sendPlainly),
  });

/**
 * Redirects through Koa: HEAD, the long path, previews, QR codes, and whatever the listener let through. Mounted last,
 * since `/:code` matches every single segment.
 */
export const redirectRoutes = (deps: Deps): Route[] => [longRoute(deps), qrRoute(deps), plainRoute(deps)];
