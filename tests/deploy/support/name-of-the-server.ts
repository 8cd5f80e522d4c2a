// Loaded into the Node of a verb, as name-of-the-server.ts?PORT: the name of docs/deployment.md leads to the server, by a
// port of this machine.
import { Socket } from 'node:net';

type Connect = (...words: unknown[]) => Socket;
const { connect } = Socket.prototype as unknown as { connect: Connect };

const port = Number(new URL(import.meta.url).search.slice(1));

const led = (to: unknown): unknown => {
  const asked = (to ?? {}) as { host?: unknown; port?: unknown };
  if (asked.host !== 'example.com' || Number(asked.port) !== 443) return to;
  return { ...asked, host: '127.0.0.1', port };
};

Object.assign(Socket.prototype, {
  connect(this: Socket, to: unknown, ...words: unknown[]) {
    return connect.call(this, led(to), ...words);
  },
});
