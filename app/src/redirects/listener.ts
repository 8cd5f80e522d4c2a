import type { RequestListener } from 'node:http';
import { parseCode, type ShortCode } from '../codes/short-code.ts';
import { requestIdOf } from '../http/request.ts';
import { words } from '../words.ts';
import type { Follow } from './follow.ts';
import type { Reply } from './reply.ts';

type Deps = {
  follow: Follow;
  reply: Reply;
  /** Counts an answer that no store was asked for. */
  countLocalHit: () => void;
  /** Answers everything that is not a plain redirect: the Koa app. */
  fallThrough: RequestListener;
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
export function createListener({ follow, reply, countLocalHit, fallThrough }: Deps): RequestListener {
  return (request, response) => {
    const code = request.method === 'GET' ? codeIn(request.url) : undefined;
    if (code === undefined) return fallThrough(request, response);
    const start = performance.now();
    const outcome = follow.atOnce(code, start);
    if (outcome === undefined && words.has(code.toLowerCase())) return fallThrough(request, response);
    const exchange = { request, response, code, requestId: requestIdOf(request), start };
    if (outcome === undefined) {
      follow.redirect(code).then(
        (asked) => reply.outcome(exchange, asked.outcome, asked.timings),
        (error: unknown) => reply.error(exchange, error),
      );
      return undefined;
    }
    countLocalHit();
    return reply.outcome(exchange, outcome, {});
  };
}
