import type { IncomingMessage } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';

/** The edge gives a redirect to another replica after 1,500 ms without an answer (nginx/templates/locations.conf.template). */
const longAgo = 1_000;

/** Whether a request that the edge got at `edgeTime` may have been given to another replica by now (both in epoch ms). */
export const isLate = (edgeTime: number | undefined, now: number): boolean =>
  edgeTime !== undefined && now - edgeTime > longAgo;

/**
 * Whether nobody waits for the answer any more. A replica that hung finds requests that were taken back: their
 * connections are closed, which the event loop learns in the turn after the one in which it read them.
 */
export async function isGivenUp({ socket }: IncomingMessage): Promise<boolean> {
  await turn();
  await turn();
  return socket.readableEnded || socket.destroyed;
}
