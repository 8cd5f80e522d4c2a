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

/** Gives each request its id, which every response repeats, and its address. */
export const identifyRequest =
  (trustProxy: boolean): Middleware =>
  (ctx, next) => {
    ctx.state.requestId = requestIdOf(ctx.req);
    ctx.state.address = addressOf(ctx.req, trustProxy);
    ctx.state.route = 'unmatched';
    ctx.state.timings = {};
    ctx.state.prefix = '';
    ctx.set('X-Request-ID', ctx.state.requestId);
    return next();
  };
