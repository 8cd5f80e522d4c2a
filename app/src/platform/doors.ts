import type { Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { openSocketDoor, type SocketDoor } from './socket-door.ts';

/** The address is taken or not ours. The message says all. */
export class CannotListen extends Error {}

export const close = (server: TcpServer): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

function open(server: TcpServer, host: string, port: number, reusePort = false): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(new CannotListen(`cannot listen on ${host}:${port} (${code}): set PORT or HOST to something free`)),
    );
    server.listen({ port, host, backlog: 1_024, reusePort }, resolve);
  });
}

/** Throws CannotListen if `listen` would now: for whoever has much to do before. */
export async function checkPort({ host, port }: { host: string; port: number }): Promise<void> {
  const server = createTcpServer();
  await open(server, host, port);
  await close(server);
}

export const portOf = (server: TcpServer): number => (server.address() as AddressInfo).port;

/**
 * Handles that listen to one port, or at one path. Of each, an event loop takes one new connection a round (libuv since
 * 1.45): when an edge that was reloaded comes with hundreds at once, the last of them, and every probe, would wait as
 * many rounds.
 */
const doorsInAll = 8;

const enterInto = (server: Server) => (socket: Socket) => void server.emit('connection', socket);

/** Opens the server, and more doors to it where the kernel spreads connections over them. Answers these. */
export async function openPort(server: Server, host: string, port: number): Promise<TcpServer[]> {
  // Whoever shares a port shares it with everybody: so we ask whether it is taken before we do.
  await checkPort({ host, port });
  const spreads = process.platform === 'linux';
  await open(server, host, port, spreads);
  const more = spreads ? doorsInAll - 1 : 0;
  const options = { allowHalfOpen: true, noDelay: true };
  const doors = Array.from({ length: more }, () => createTcpServer(options, enterInto(server)));
  await Promise.all(doors.map((door) => open(door, host, portOf(server), true)));
  return doors;
}

/**
 * Opens the socket in a folder, where one is named. Before the port: who is asked there is reached here, too. It saves
 * work, and who finds none takes the port: that it cannot be opened is told and no reason not to serve.
 */
export async function openFolder(
  server: Server,
  folder: string | undefined,
  noSocket: (error: Error) => void,
): Promise<SocketDoor | undefined> {
  if (folder === undefined) return undefined;
  return await openSocketDoor(folder, doorsInAll, enterInto(server)).catch((error: Error) => {
    noSocket(error);
    return undefined;
  });
}
