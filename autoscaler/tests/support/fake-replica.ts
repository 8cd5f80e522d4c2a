import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

/** How the program inside an image behaves. */
export type Behaviour = {
  version: string;
  /** Status of the ready page. */
  ready: number;
  /** Status of every other page. */
  status: number;
  inFlight: number;
  /** Takes connections and never answers. */
  hangs: boolean;
  /** Ignores SIGTERM. */
  stubborn: boolean;
};

export const wellBehaved: Behaviour = {
  version: '1.0.0',
  ready: 200,
  status: 200,
  inFlight: 0,
  hangs: false,
  stubborn: false,
};

/** The program of a replica: a real HTTP server on an address of its own. */
export async function startProgram(host: string, port: number, behaviour: Behaviour): Promise<Server> {
  const server = createServer((request, response) => {
    if (behaviour.hangs) return;
    if (request.url !== '/health/ready') {
      response.writeHead(behaviour.status).end();
      return;
    }
    response.writeHead(behaviour.ready, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ status: 'ok', in_flight: behaviour.inFlight, lag_ms: 1, version: behaviour.version }),
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

export async function stopProgram(server: Server | undefined): Promise<void> {
  if (!server?.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
