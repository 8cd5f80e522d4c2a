import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RecordClick } from '../clicks/click.ts';
import type { ShortCode } from '../codes/short-code.ts';
import type { Answered } from '../http/access-log.ts';
import { AppError } from '../http/problem.ts';
import { addressOf, isRepeated } from '../http/request.ts';
import { type Answer, overloadedAnswer, problemAnswer, redirectAnswer, refusalAnswer } from './answer.ts';
import type { Outcome } from './follow.ts';
import type { Timings } from './resolve.ts';

export type ReplyDeps = {
  recordClick: RecordClick;
  /** Counts and logs an answered request. */
  record: (answered: Answered) => void;
  /** Turns what a library threw into our error where it means one (a store that is down), else undefined. */
  translate: (error: unknown) => AppError | undefined;
  report: (error: unknown, fields: Record<string, unknown>) => void;
  trustProxy: boolean;
};

/** A request for a code on its way to its answer. */
export type Exchange = {
  request: IncomingMessage;
  response: ServerResponse;
  code: ShortCode;
  requestId: string;
  /** Monotonic ms at which it came. */
  start: number;
};

export type Reply = {
  outcome(exchange: Exchange, outcome: Outcome, timings: Timings): void;
  error(exchange: Exchange, error: unknown): void;
  /** There is more to do than can be done. */
  tooMuch(exchange: Exchange): void;
  /** Nobody waits for the answer: no click, as the edge has asked another replica. */
  givenUp(exchange: Exchange): void;
};

const route = '/:code';
/** What nginx logs, too, for a client that closed its connection. */
const clientClosed = 499;

function queryOf(target = ''): string {
  const mark = target.indexOf('?');
  return mark < 0 ? '' : target.slice(mark + 1);
}

const clickOf = ({ request, requestId }: Exchange, urlId: number, trustProxy: boolean) => ({
  urlId,
  at: Date.now(),
  requestId,
  repeated: trustProxy && isRepeated(request),
  address: addressOf(request, trustProxy),
  userAgent: request.headers['user-agent'] ?? '',
  referrer: request.headers.referer ?? '',
});

/** Writes answers to requests that never met Koa. A redirect leaves once its click is durable. */
export function createReply({ recordClick, record, translate, report, trustProxy }: ReplyDeps): Reply {
  const note = ({ requestId, code, start }: Exchange, status: number, timings: Record<string, number>): void => {
    const seconds = (performance.now() - start) / 1_000;
    record({ requestId, method: 'GET', route, path: `/${code}`, status, seconds, timings });
  };
  const write = (
    exchange: Exchange,
    { status, headers, body }: Answer,
    timings: Timings & { click?: number },
  ): void => {
    const { response, requestId } = exchange;
    const length = body === '' ? 0 : Buffer.byteLength(body);
    response.writeHead(status, { ...headers, 'X-Request-ID': requestId, 'Content-Length': length });
    // What is ASCII, as nearly every answer is, goes out without being looked through.
    response.end(body, length === body.length ? 'latin1' : 'utf8');
    note(exchange, status, timings);
  };
  return {
    outcome(exchange, outcome, timings) {
      const { request, requestId } = exchange;
      if (outcome.kind === 'refused') {
        return write(exchange, refusalAnswer(outcome.refusal, request.headers.accept, requestId), timings);
      }
      const { link } = outcome;
      const asked = performance.now();
      return recordClick(clickOf(exchange, link.id, trustProxy), () => {
        const answer = redirectAnswer(link, link.forwardQuery ? queryOf(request.url) : '');
        write(exchange, answer, { ...timings, click: performance.now() - asked });
      });
    },
    error(exchange, error) {
      const { requestId } = exchange;
      const known = error instanceof AppError ? error : translate(error);
      if (!known) report(error, { request_id: requestId, route });
      const shown = known ?? new AppError('internal', 'Internal error', { cause: error });
      write(exchange, problemAnswer(shown, requestId), {});
    },
    tooMuch(exchange) {
      write(exchange, overloadedAnswer(exchange.request.headers.accept, exchange.requestId), {});
    },
    givenUp(exchange) {
      exchange.response.destroy();
      note(exchange, clientClosed, {});
    },
  };
}
