import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exposition, type Knowledge } from './exposition.ts';

type Options = { port: number; know: () => Promise<Knowledge> };

/** Answers GET /metrics and GET /health. Disposing closes it. */
export async function startMetricsServer({ port, know }: Options): Promise<AsyncDisposable & { port: number }> {
  const server = createServer((request, response) => {
    if (request.url === '/health') return void response.end('ok\n');
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    know().then(
      (knowledge) => response.setHeader('content-type', 'text/plain; version=0.0.4').end(exposition(knowledge)),
      // What is unknown is no number: Prometheus sees that the reading failed.
      (error: Error) => response.writeHead(503).end(`${error.message}\n`),
    );
  });
  server.requestTimeout = 10_000;
  server.listen(port);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
