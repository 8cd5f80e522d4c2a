import { rmSync } from 'node:fs';
import { chmod, readdir, rename, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { type Handle, twinHandles } from './twin-handles.ts';

/** A unix socket beside the port, for a proxy on the same machine: a request costs a tenth less than through TCP. */
export type SocketDoor = {
  servers: Server[];
  /** Takes its name away, so that nobody new comes. */
  hide(): void;
};

const ending = '.sock';
/** Connections that wait to be taken, for each handle. The kernel allows 4,096 in all, where nobody has set more. */
const backlog = 1_024;
/** The proxy is another user; who shares the folder is whoever mounts it. */
const openToAll = 0o666;
const options = { allowHalfOpen: true };

/** Whether the process behind a socket is gone. One that hangs, or has a full queue, is there. */
const isDead = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ path }, () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
  });

const inodeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ ino }) => ino,
    () => undefined,
  );

/** Removes what those have left who were killed; not the name of one that has begun anew meanwhile. */
async function sweep(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
  for (const path of left) {
    const inode = await inodeOf(path);
    if ((await isDead(path)) && (await inodeOf(path)) === inode) await rm(path, { force: true });
  }
}

function listenOn(at: string | Handle, backlog: number, enter: (socket: Socket) => void): Promise<Server> {
  const server = createServer(options, enter);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, backlog, () => resolve(server));
  });
}

/**
 * Listens at a path that nobody knows yet, then shows it under its name. The handles have one queue, with as much room as the
 * queues of as many sockets: who finds it full is refused at once.
 */
async function listenOften(path: string, handles: number, enter: (socket: Socket) => void): Promise<Server[]> {
  const hidden = `${path}.new`;
  await rm(hidden, { force: true });
  const room = backlog * handles;
  const first = await listenOn(hidden, room, enter);
  const servers = [first];
  try {
    for (const twin of await twinHandles(first, handles - 1)) servers.push(await listenOn(twin, room, enter));
    await chmod(hidden, openToAll);
    await rename(hidden, path);
    return servers;
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
}

/** At once, as the file system's threads may wait for names; a drain waits for nothing but its requests. */
function hide(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Whoever sweeps finds it dead.
  }
}

/**
 * Listens in a folder under this machine's name, which a container has to itself. The name appears when connections are
 * taken, never before: who sees it may use it. Rejects where the folder cannot be written, or the name is in use.
 *
 * @param handles - Of each, an event loop takes one new connection a round.
 */
export async function openSocketDoor(
  folder: string,
  handles: number,
  enter: (socket: Socket) => void,
): Promise<SocketDoor> {
  await sweep(folder);
  const path = join(folder, hostname() + ending);
  if ((await readdir(folder)).includes(basename(path))) throw new Error(`${path} is in use`);
  return { servers: await listenOften(path, handles, enter), hide: () => hide(path) };
}
