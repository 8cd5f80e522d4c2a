import type Koa from 'koa';
import type { Identity } from '../access/key.ts';

/** What the middlewares leave on a request for those after them. */
export type State = {
  /** The client's own X-Request-ID where it is one, else new. */
  requestId: string;
  /** The client's address, as far as it can be believed. */
  address: string;
  /** Whether the edge asked another replica before, which may have done what is asked. */
  repeated: boolean;
  /** Template of the matched route for metrics and logs, `unmatched` until one is. */
  route: string;
  /** Who asks: set by the guard on keyed routes. */
  identity?: Identity;
  /** Whether who asked still may, for what goes on after the answer has begun: set by the guard on keyed routes. */
  stillAllowed?: () => Promise<boolean>;
  /** Named checkpoints in milliseconds for the access log. */
  timings: Record<string, number>;
  /** When a response began that lasts as long as its client wants (monotonic ms): that is its latency. */
  openedAt?: number;
  /** The prefix under which the route was asked for: empty, or `/v1`. */
  prefix: string;
};

export type Context = Koa.ParameterizedContext<State>;
export type Middleware = Koa.Middleware<State>;
