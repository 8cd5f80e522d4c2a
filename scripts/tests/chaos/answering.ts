import { once } from 'node:events';
import { createServer } from 'node:http';

/** Something that gives everybody the same answer, at `at`. */
export async function answering(body: string) {
  const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return Object.assign(server, { at: `http://127.0.0.1:${port}` });
}
