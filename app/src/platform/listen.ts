import { createServer, type RequestListener, type Server } from 'node:http';
import type { Server as TcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { close, openFolder, openPort, portOf } from './doors.ts';
import { type Answering, endLingering } from './lingering.ts';

type Options = {
  listener: RequestListener;
  host: string;
  port: number;
  /** A folder to listen in as well, by a unix socket. */
  socketFolder: string | undefined;
  /** Hears why there is none. */
  noSocket: (error: Error) => void;
  /** Longest time to receive the head of a request, in milliseconds; who reads a body keeps the time for that. */
  requestTimeout: number;
  /** Connections at a time; one that is more is closed as it comes. */
  mostConnections: number;
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

/** An upload may take so many times as long, as it is read only as fast as it is stored. */
const wholeRequests = 10;

/** Longer than nginx's 60 s, so that it is never us who close a connection under a request on its way. */
const keepAliveTimeout = 65_000;

/** Node looks for heads that are late each second: a late one is to be told so before its connection ends as a silent one. */
const afterHead = 2_000;
/**
 * A client that reads slowly makes no progress that we could see until the kernel's buffer, 4 MB as Linux comes, is a third
 * empty: at 100 kbit/s that takes 112 s, less than so many times the 30 s that a body has.
 */
const silences = 4;

/** What each may take, in milliseconds, where a body may be waited for so long. */
export function timeoutsOf(requestTimeout: number) {
  const head = Math.min(requestTimeout, 10_000);
  return {
    head,
    /** A request with all its body. */
    request: wholeRequests * requestTimeout,
    /** A connection on which nothing comes and nothing goes. */
    silence: Math.max(silences * requestTimeout, head + afterHead),
    /** A body that nobody wants, when its answer is out. */
    lingering: requestTimeout,
  };
}

function configure(server: Server, { head, request, silence }: ReturnType<typeof timeoutsOf>): void {
  server.keepAliveTimeout = keepAliveTimeout;
  server.headersTimeout = head;
  server.requestTimeout = request;
  server.timeout = silence;
  server.maxHeadersCount = 100;
}

/** Follows the connections rather than the requests: a listener on each response would cost a redirect 2 %. */
function followConnections(server: Server, most: number): Answering {
  const answering: Answering = new Map();
  let open = 0;
  server.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => {
      open -= 1;
      answering.delete(socket);
    });
    // Counted here and not by Node, which knows those of each door only.
    if (open > most) socket.destroy();
  });
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

async function drainServer(
  server: Server,
  doors: readonly TcpServer[],
  inFlight: () => number,
  deadline: number,
): Promise<number> {
  const closed = Promise.all([server, ...doors].map(close));
  server.closeIdleConnections();
  const end = Date.now() + deadline;
  while (inFlight() > 0 && Date.now() < end) await sleep(10);
  const cut = inFlight();
  server.closeAllConnections();
  await closed;
  return cut;
}

/** Starts to listen, and counts the requests in flight. Throws CannotListen when the port is taken. */
export async function listen({
  listener,
  host,
  port,
  socketFolder,
  noSocket,
  requestTimeout,
  mostConnections,
  malformed,
}: Options): Promise<Listening> {
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
  const answering = followConnections(server, mostConnections);
  const inFlight = () => countInFlight(answering);
  const timeouts = timeoutsOf(requestTimeout);
  configure(server, timeouts);
  const stopLooking = endLingering(answering, timeouts.lingering);
  refuseMalformed(server, answering, malformed);
  const door = await openFolder(server, socketFolder, noSocket);
  const doors = await openPort(server, host, port).catch(async (error) => {
    door?.hide();
    for (const opened of door?.servers ?? []) opened.close();
    throw error;
  });
  doors.push(...(door?.servers ?? []));
  return {
    port: portOf(server),
    inFlight,
    draining: () => draining,
    drain: async (deadline) => {
      draining = true;
      door?.hide();
      return await drainServer(server, doors, inFlight, deadline).finally(stopLooking);
    },
  };
}
