import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { RecordClick } from '../clicks/click.ts';
import { parseCode, type ShortCode } from '../codes/short-code.ts';
import type { Answered } from '../http/access-log.ts';
import { AppError } from '../http/problem.ts';
import { addressOf, requestIdOf } from '../http/request.ts';
import { words } from '../words.ts';
import { type Answer, problemAnswer, redirectAnswer, refusalAnswer } from './answer.ts';
import type { Follow, Outcome } from './follow.ts';
import type { Timings } from './resolve.ts';

type Deps = {
  follow: Follow;
  recordClick: RecordClick;
  /** Counts and logs an answered request. */
  record: (answered: Answered) => void;
  /** Counts a redirect that no store was asked for. */
  countLocalHit: () => void;
  /** Turns what a library threw into our error where it means one (a store that is down), else undefined. */
  translate: (error: unknown) => AppError | undefined;
  report: (error: unknown, fields: Record<string, unknown>) => void;
  trustProxy: boolean;
  /** Answers everything that is not a plain redirect: the Koa app. */
  fallThrough: RequestListener;
};

/** A request for a code on its way to its answer. */
type Exchange = {
  request: IncomingMessage;
  response: ServerResponse;
  code: ShortCode;
  requestId: string;
  /** Monotonic ms at which it came. */
  start: number;
};

const route = '/:code';

/** The code of `/abc` or `/abc?query`; undefined for anything longer, encoded or absolute. */
function codeIn(target: string | undefined): ShortCode | undefined {
  if (target?.charCodeAt(0) !== 47) return undefined;
  const mark = target.indexOf('?');
  return parseCode(mark < 0 ? target.slice(1) : target.slice(1, mark));
}

function queryIn(target: string | undefined): string {
  const mark = target?.indexOf('?') ?? -1;
  return mark < 0 ? '' : (target?.slice(mark + 1) ?? '');
}

/**
 * Answers `GET /:code` before Koa's context is made, which would cost more than all the rest of a redirect; everything
 * else falls through. The answer waits for nothing but the click, and for the stores that a code unknown here needs.
 */
export function createListener(deps: Deps): RequestListener {
  const { follow, recordClick, record, countLocalHit, translate, report, trustProxy, fallThrough } = deps;

  const write = (
    exchange: Exchange,
    { status, headers, body }: Answer,
    timings: Timings & { click?: number },
  ): void => {
    const { response, requestId, code, start } = exchange;
    const length = body === '' ? 0 : Buffer.byteLength(body);
    response.writeHead(status, { ...headers, 'X-Request-ID': requestId, 'Content-Length': length });
    response.end(body);
    const seconds = (performance.now() - start) / 1_000;
    record({ requestId, method: 'GET', route, path: `/${code}`, status, seconds, timings });
  };

  const answer = (exchange: Exchange, outcome: Outcome, timings: Timings): void => {
    const { request, requestId } = exchange;
    const { headers } = request;
    if (outcome.kind === 'refused') {
      write(exchange, refusalAnswer(outcome.refusal, headers.accept, requestId), timings);
      return;
    }
    const { link } = outcome;
    const asked = performance.now();
    const click = {
      urlId: link.id,
      at: Date.now(),
      requestId,
      address: addressOf(request, trustProxy),
      userAgent: headers['user-agent'] ?? '',
      referrer: headers.referer ?? '',
    };
    recordClick(click, () => {
      const answered = redirectAnswer(link, link.forwardQuery ? queryIn(request.url) : '');
      write(exchange, answered, { ...timings, click: performance.now() - asked });
    });
  };

  const refuse = (exchange: Exchange, error: unknown): void => {
    const { requestId } = exchange;
    const known = error instanceof AppError ? error : translate(error);
    if (!known) report(error, { request_id: requestId, route });
    const shown = known ?? new AppError('internal', 'Internal error', { cause: error });
    write(exchange, problemAnswer(shown, requestId), {});
  };

  return (request, response) => {
    const code = request.method === 'GET' ? codeIn(request.url) : undefined;
    if (code === undefined) return fallThrough(request, response);
    const start = performance.now();
    const outcome = follow.atOnce(code, start);
    if (outcome === undefined && words.has(code.toLowerCase())) return fallThrough(request, response);
    const exchange = { request, response, code, requestId: requestIdOf(request), start };
    if (outcome !== undefined) {
      countLocalHit();
      return answer(exchange, outcome, {});
    }
    follow.redirect(code).then(
      (asked) => answer(exchange, asked.outcome, asked.timings),
      (error: unknown) => refuse(exchange, error),
    );
    return undefined;
  };
}
