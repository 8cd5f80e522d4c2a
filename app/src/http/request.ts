import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Middleware } from './context.ts';

const acceptable = /^[A-Za-z0-9._-]{1,128}$/;

/** The client's request id where it is a harmless one, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && acceptable.test(given) ? given : randomUUID();
}

/**
 * The client's address. Behind our nginx that is the right-most X-Forwarded-For, the one that nginx itself saw;
 * what stands to its left came from outside and is not believed.
 */
export function addressOf(request: IncomingMessage, trustProxy: boolean): string {
  const peer = request.socket.remoteAddress ?? '';
  if (!trustProxy) return peer;
  const forwarded = request.headers['x-forwarded-for'];
  const last = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded)?.split(',').at(-1)?.trim();
  return last || peer;
}

/** When the edge got the request, in milliseconds since the epoch, from its `X-Request-Start: t=SECONDS.MILLISECONDS`. */
export function edgeTimeOf({ headers }: Pick<IncomingMessage, 'headers'>): number | undefined {
  const given = headers['x-request-start'];
  if (typeof given !== 'string' || !given.startsWith('t=')) return undefined;
  const seconds = Number(given.slice(2));
  return seconds > 0 && seconds < 1e12 ? seconds * 1_000 : undefined;
}

/** Whether another replica was asked before this one, and broke off: it may have done what is asked here, and not said so. */
export const isRepeated = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  headers['x-request-repeated'] !== undefined;

/** Gives each request its id, which every response repeats, and its address. */
export const identifyRequest =
  (trustProxy: boolean): Middleware =>
  (ctx, next) => {
    ctx.state.requestId = requestIdOf(ctx.req);
    ctx.state.address = addressOf(ctx.req, trustProxy);
    ctx.state.repeated = trustProxy && isRepeated(ctx.req);
    ctx.state.route = 'unmatched';
    ctx.state.timings = {};
    ctx.state.prefix = '';
    ctx.set('X-Request-ID', ctx.state.requestId);
    return next();
  };
