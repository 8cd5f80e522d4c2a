import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

type Options = {
  listener: RequestListener;
  host: string;
  port: number;
  /** Longest time to receive a whole request, in milliseconds. */
  requestTimeout: number;
};

export type Listening = {
  readonly port: number;
  readonly inFlight: () => number;
  readonly draining: () => boolean;
  /** Answers what is in flight, takes nothing new, and ends at the deadline (ms) with the number it had to cut. */
  drain(deadline: number): Promise<number>;
};

/** Longer than nginx's 60 s, so that it is never us who close a connection under a request on its way. */
const keepAliveTimeout = 65_000;

function configure(server: Server, requestTimeout: number): void {
  server.keepAliveTimeout = keepAliveTimeout;
  server.headersTimeout = Math.min(requestTimeout, 10_000);
  server.requestTimeout = requestTimeout;
  server.timeout = 2 * requestTimeout + keepAliveTimeout;
  server.maxHeadersCount = 100;
}

async function drainServer(server: Server, inFlight: () => number, deadline: number): Promise<number> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const end = Date.now() + deadline;
  while (inFlight() > 0 && Date.now() < end) await sleep(10);
  const cut = inFlight();
  server.closeAllConnections();
  await closed;
  return cut;
}

/** Starts to listen, and counts the requests in flight. Fails with one clear message when the port is taken. */
export async function listen({ listener, host, port, requestTimeout }: Options): Promise<Listening> {
  let inFlight = 0;
  let draining = false;
  const server = createServer({ maxHeaderSize: 16_384, connectionsCheckingInterval: 1_000 }, (request, response) => {
    inFlight += 1;
    response.once('close', () => {
      inFlight -= 1;
    });
    if (draining) response.setHeader('Connection', 'close');
    listener(request, response);
  });
  configure(server, requestTimeout);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`cannot listen on ${host}:${port} (${error.code}): set PORT or HOST to something free`)),
    );
    server.listen(port, host, 1_024, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    inFlight: () => inFlight,
    draining: () => draining,
    drain: (deadline) => {
      draining = true;
      return drainServer(server, () => inFlight, deadline);
    },
  };
}
