import { createServer } from 'node:net';

const attempts = 50;

/**
 * A TCP port of 127.0.0.1 on which nothing listens. Below the range from which the kernel takes the ports of outgoing
 * connections, so that none of those takes it before its server does, or while that is down.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    if (await canListen(port)) return port;
  }
  throw new Error('No free port between 15000 and 30000 on 127.0.0.1');
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
