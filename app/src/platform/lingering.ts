import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The response that each open connection was last given: one that is not finished is in flight. */
export type Answering = Map<Duplex, ServerResponse>;

const interval = 1_000;

/**
 * Ends connections whose client goes on for so many milliseconds with a body that nobody wants, when its answer is out. Looks
 * at connections now and then and at no request, so that a redirect pays nothing for it. Answers what ends it.
 */
export function endLingering(answering: Answering, patience: number): () => void {
  const seenAt = new WeakMap<ServerResponse, number>();
  const look = (): void => {
    const now = performance.now();
    for (const [socket, response] of answering) {
      if (!response.writableFinished || response.req.complete) continue;
      const since = seenAt.get(response) ?? now;
      seenAt.set(response, since);
      if (now - since >= patience) socket.destroy();
    }
  };
  const timer = setInterval(look, Math.min(interval, patience / 2));
  timer.unref();
  return () => clearInterval(timer);
}
