import { createServer, type RequestListener } from 'node:http';
import type { ListenOptions } from 'node:net';

// The ceiling: what Node costs that does nothing but answer a constant redirect. Listens at a port and, as a replica does, at
// a socket beside it that every user of the machine may ask.
const [port, host = '127.0.0.1', socket] = process.argv.slice(2);
const headers = { Location: 'https://example.com/a/page', 'Content-Length': '0' };
const answer: RequestListener = (_request, response) => {
  response.writeHead(302, headers);
  response.end();
};

function open(at: ListenOptions): void {
  const server = createServer(answer);
  server.keepAliveTimeout = 65_000;
  server.listen({ ...at, backlog: 1_024 }, () => console.log('listening'));
}

open({ port: Number(port), host });
if (socket !== undefined) open({ path: socket, readableAll: true, writableAll: true });
process.on('SIGTERM', () => process.exit(0));
