import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './free-port.ts';

export type Proxy = AsyncDisposable & {
  /** The server's address with the proxy's host and port in it. */
  readonly url: string;
  /** From now on nothing gets through and nothing is closed, as when a network drops packets. */
  cut(): void;
  /** Of the first connection that sends the one text and then the other, lets both through and closes before the answer. */
  closeAfter(one: string, other: string): void;
  /** The same, but lets nothing more through to anybody. Resolves then. */
  cutAfter(one: string, other: string): Promise<void>;
  /** What was held back goes on its way. */
  mend(): void;
};

/** Stands between a client and a server, to part the two while others still reach the server. */
export async function startProxy(serverUrl: string): Promise<Proxy> {
  const server = new URL(serverUrl);
  const port = await freePort();
  const sockets = new Set<Socket>();
  let isCut = false;
  let awaited: { one: string; other: string; act: (inner: Socket) => void } | undefined;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    if (isCut) socket.pause();
  };
  const listener = createServer((inner) => {
    let hasSentOne = false;
    const outer = connect(Number(server.port), server.hostname);
    for (const [from, to] of [[inner, outer] as const, [outer, inner] as const]) {
      keep(from);
      from.on('data', (chunk) => {
        to.write(chunk);
        if (from !== inner || !awaited) return;
        if (chunk.includes(awaited.one)) hasSentOne = true;
        if (!hasSentOne || !chunk.includes(awaited.other)) return;
        const { act } = awaited;
        awaited = undefined;
        act(inner);
      });
      from.once('close', () => to.destroy());
      if (isCut) from.pause();
    }
  });
  await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve));
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${port}`;
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.pause();
  };
  return {
    url: url.href,
    cut,
    closeAfter(one, other) {
      awaited = { one, other, act: (inner) => inner.destroy() };
    },
    cutAfter: (one, other) =>
      new Promise((resolve) => {
        awaited = {
          one,
          other,
          act: () => {
            cut();
            resolve();
          },
        };
      }),
    mend() {
      isCut = false;
      for (const socket of sockets) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
