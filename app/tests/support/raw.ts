import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection on which a test writes what it likes. */
export type RawConnection = Disposable & {
  readonly socket: Socket;
  write(text: string | Buffer): void;
  /** All that was received until the other side closed. */
  readonly closed: Promise<string>;
  /** Resolves with all that was received once it matches. Rejects when the other side closes before. */
  received(pattern: RegExp): Promise<string>;
};

/** Opens a connection to a service's address. */
export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  let text = '';
  let ended = false;
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  await once(socket, 'connect');
  socket.on('error', () => {}); // A reset is an answer too: the service closed.
  // Not by `once` of events, which rejects at an error.
  const closed = new Promise<string>((resolve) => {
    socket.once('close', () => {
      ended = true;
      resolve(text);
    });
  });
  return {
    socket,
    write: (data) => socket.write(data),
    closed,
    async received(pattern) {
      while (!pattern.test(text)) {
        if (ended) throw new Error(`closed before ${pattern}: ${text}`);
        await Promise.race([new Promise((resolve) => socket.once('data', resolve)), closed]);
      }
      return text;
    },
    [Symbol.dispose]: () => socket.destroy(),
  };
}
