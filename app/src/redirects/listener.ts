import type { RequestListener } from 'node:http';
import { parseCode, type ShortCode } from '../codes/short-code.ts';
import { edgeTimeOf, requestIdOf } from '../http/request.ts';
import { words } from '../words.ts';
import type { Follow } from './follow.ts';
import { isGivenUp, isLate } from './given-up.ts';
import type { Exchange, Reply } from './reply.ts';

type Deps = {
  follow: Follow;
  reply: Reply;
  /** Whether this one is refused, as a replica has more to do than it can. */
  isTooMuch: () => boolean;
  /** Counts an answer that no store was asked for. */
  countLocalHit: () => void;
  /** Answers everything that is not a plain redirect: the Koa app. */
  fallThrough: RequestListener;
  /** Whether what the edge says of a request is to be believed. */
  trustProxy: boolean;
};

const slash = 47;

/** The code of `/abc` or `/abc?query`; undefined for anything longer, encoded or absolute. */
function codeIn(target = ''): ShortCode | undefined {
  if (target.charCodeAt(0) !== slash) return undefined;
  const mark = target.indexOf('?');
  return parseCode(mark < 0 ? target.slice(1) : target.slice(1, mark));
}

/**
 * Answers `GET /:code` before Koa's context is made, which would cost more than all the rest of a redirect; everything
 * else falls through. The answer waits for nothing but the click, and for the stores that a code unknown here needs.
 */
export function createListener({
  follow,
  reply,
  isTooMuch,
  countLocalHit,
  fallThrough,
  trustProxy,
}: Deps): RequestListener {
  const ask = (exchange: Exchange): void => {
    follow.redirect(exchange.code).then(
      (asked) => reply.outcome(exchange, asked.outcome, asked.timings),
      (error: unknown) => reply.error(exchange, error),
    );
  };
  const askIfAwaited = async (exchange: Exchange): Promise<void> => {
    if (await isGivenUp(exchange.request)) reply.givenUp(exchange);
    else ask(exchange);
  };
  return (request, response) => {
    const code = request.method === 'GET' ? codeIn(request.url) : undefined;
    if (code === undefined) return fallThrough(request, response);
    const start = performance.now();
    const outcome = follow.atOnce(code, start);
    if (outcome === undefined && words.has(code.toLowerCase())) return fallThrough(request, response);
    const exchange = { request, response, code, requestId: requestIdOf(request), start };
    if (isTooMuch()) return reply.tooMuch(exchange);
    if (trustProxy && isLate(edgeTimeOf(request), Date.now())) return void askIfAwaited(exchange);
    if (outcome === undefined) return ask(exchange);
    countLocalHit();
    return reply.outcome(exchange, outcome, {});
  };
}
