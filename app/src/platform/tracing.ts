import type { IncomingMessage, RequestListener } from 'node:http';

/** Runs an action as a step of the request that is being traced; outside of one it just runs it. */
export type RunInSpan = <T>(
  name: string,
  attributes: Readonly<Record<string, string>>,
  action: () => Promise<T>,
) => Promise<T>;

/** What a request says of itself: its id, and when the edge got it, in milliseconds since the epoch. */
export type ReadRequest = {
  requestIdOf(request: IncomingMessage): string;
  edgeTimeOf(request: IncomingMessage): number | undefined;
};

/** What the rest of the service knows of tracing. telemetry.ts has the real one, and loads its library. */
export type Tracing = AsyncDisposable & {
  span: RunInSpan;
  /** Begins a step of the request that is being traced, and answers what ends it; undefined outside of one. */
  begin(name: string): (() => void) | undefined;
  /** Traces the requests that a listener answers. */
  listener(inner: RequestListener, read: ReadRequest): RequestListener;
  /** Names the traced request that is being answered by its route's template. */
  nameRequest(method: string, route: string): void;
  /** The trace of a request that is being answered, by the request's id; undefined where it is not traced. */
  traceOf(requestId: string): string | undefined;
};

/** Tracing that is off. */
export const noTracing: Tracing = {
  span: (_name, _attributes, action) => action(),
  begin: () => undefined,
  listener: (inner) => inner,
  nameRequest: () => {},
  traceOf: () => undefined,
  [Symbol.asyncDispose]: async () => {},
};
