import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

type Options = {
  listener: RequestListener;
  host: string;
  port: number;
  /** Longest time to receive the head of a request, in milliseconds; who reads a body keeps the time for that. */
  requestTimeout: number;
  /** The whole answer, as text, to bytes that are no request, by the code of Node's error. */
  malformed: (errorCode: string | undefined) => string;
};

export type Listening = {
  readonly port: number;
  readonly inFlight: () => number;
  readonly draining: () => boolean;
  /** Answers what is in flight, takes nothing new, and ends at the deadline (ms) with the number it had to cut. */
  drain(deadline: number): Promise<number>;
};

/** The address is taken or not ours. The message says all. */
export class CannotListen extends Error {}

/**
 * What nobody reads, such as the body of a GET, may take so many times as long; so may an upload, which is read only as
 * fast as it is stored.
 */
const wholeRequests = 10;

/** Longer than nginx's 60 s, so that it is never us who close a connection under a request on its way. */
const keepAliveTimeout = 65_000;

function configure(server: Server, requestTimeout: number): void {
  server.keepAliveTimeout = keepAliveTimeout;
  server.headersTimeout = Math.min(requestTimeout, 10_000);
  server.requestTimeout = wholeRequests * requestTimeout;
  server.timeout = 2 * requestTimeout + keepAliveTimeout;
  server.maxHeadersCount = 100;
}

/** The response that each open connection was last given: one that is not finished is in flight. */
type Answering = Map<object, ServerResponse>;

/** Follows the connections rather than the requests: a listener on each response would cost a redirect 2 %. */
function followConnections(server: Server): Answering {
  const answering: Answering = new Map();
  server.on('connection', (socket) => socket.once('close', () => answering.delete(socket)));
  return answering;
}

const countInFlight = (answering: Answering): number =>
  answering.values().reduce((sum, response) => (response.writableFinished ? sum : sum + 1), 0);

/**
 * Answers what Node cannot read as a request, and ends the connection. An answer that is on its way there is not
 * written into.
 */
function refuseMalformed(server: Server, answering: Answering, malformed: Options['malformed']): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const response = answering.get(socket);
    const midway = response?.headersSent && !response.writableFinished;
    if (error.code === 'ECONNRESET' || midway || !socket.writable) socket.destroy();
    else socket.end(malformed(error.code), () => socket.destroy());
  });
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

function open(server: TcpServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(new CannotListen(`cannot listen on ${host}:${port} (${code}): set PORT or HOST to something free`)),
    );
    server.listen(port, host, 1_024, resolve);
  });
}

/** Throws CannotListen if `listen` would now: for whoever has much to do before. */
export async function checkPort({ host, port }: Pick<Options, 'host' | 'port'>): Promise<void> {
  const server = createTcpServer();
  await open(server, host, port);
  await new Promise((resolve) => server.close(resolve));
}

/** Starts to listen, and counts the requests in flight. Throws CannotListen when the port is taken. */
export async function listen({ listener, host, port, requestTimeout, malformed }: Options): Promise<Listening> {
  let draining = false;
  const answer: RequestListener = (request, response) => {
    answering.set(request.socket, response);
    if (draining) response.setHeader('Connection', 'close');
    if (request.headers.host === undefined && request.httpVersion === '1.1') request.socket.end(malformed(undefined));
    else listener(request, response);
  };
  // Node would refuse what has no Host by itself, without a word.
  const limits = { maxHeaderSize: 16_384, connectionsCheckingInterval: 1_000, requireHostHeader: false };
  const server = createServer(limits, answer);
  // The same for an expectation that nobody knows: it may be ignored (RFC 9110, 10.1.1).
  server.on('checkExpectation', answer);
  const answering = followConnections(server);
  const inFlight = () => countInFlight(answering);
  configure(server, requestTimeout);
  refuseMalformed(server, answering, malformed);
  await open(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    inFlight,
    draining: () => draining,
    drain: (deadline) => {
      draining = true;
      return drainServer(server, inFlight, deadline);
    },
  };
}
