import { chmod, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export type Address = { host: string; port: number } | { socketPath: string; mode: number };

export type Listening = AsyncDisposable & { readonly port: number };

/** Whether somebody listens on this unix socket; a file that was left behind by a killed process does not. */
export const answers = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(socketPath);
    const settle = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, settle(true));
    socket.once('connect', settle(true));
    socket.once('error', settle(false));
  });

/**
 * Serves HTTP on a port or a unix socket until it is disposed of. A socket file that nobody answers on is replaced; one
 * that somebody does is theirs, and this fails.
 */
export async function listen(listener: RequestListener, address: Address): Promise<Listening> {
  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 30_000, headersTimeout: 10_000 }, listener);
  server.maxHeadersCount = 50;
  if ('socketPath' in address) {
    if (await answers(address.socketPath)) throw new Error(`somebody else listens on ${address.socketPath}`);
    await rm(address.socketPath, { force: true });
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if ('socketPath' in address) server.listen(address.socketPath, resolve);
    else server.listen(address.port, address.host, resolve);
  });
  if ('socketPath' in address) await chmod(address.socketPath, address.mode);
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? (bound as AddressInfo).port : 0,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
