import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { type Handle, twinHandles } from './twin-handles.ts';

/** A unix socket beside the port, for a proxy on the same machine: a request costs a tenth less than through TCP. */
export type SocketDoor = {
  servers: Server[];
  /** Takes its name away, so that nobody new comes. */
  hide(): Promise<void>;
};

const ending = '.sock';
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

/** Removes what those have left who were killed. */
async function sweep(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.endsWith(ending));
  for (const name of left) if (await isDead(join(folder, name))) await rm(join(folder, name), { force: true });
}

function listenOn(at: string | Handle, enter: (socket: Socket) => void): Promise<Server> {
  const server = createServer(options, enter);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, backlog, () => resolve(server));
  });
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
  const hidden = `${path}.new`;
  if ((await readdir(folder)).includes(basename(path))) throw Object.assign(new Error(path), { code: 'EADDRINUSE' });
  await rm(hidden, { force: true });
  const first = await listenOn(hidden, enter);
  const twins = await twinHandles(first, handles - 1);
  const others = await Promise.all(twins.map((twin) => listenOn(twin, enter)));
  await chmod(hidden, openToAll);
  await rename(hidden, path);
  return { servers: [first, ...others], hide: () => rm(path, { force: true }) };
}
