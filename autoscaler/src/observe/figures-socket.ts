import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type EdgeRequest, isHeartbeat, parseEdgeLine } from './edge-line.ts';
import { addRequest, type Figures, noFigures } from './figures.ts';

type Deps = { host: string; port: number; now: () => number; count: (request: EdgeRequest) => void };

export type FiguresSocket = AsyncDisposable & { readonly port: number; readonly figures: Figures };

/** Receives the edge's syslog datagrams. One that is lost is lost: figures are shares, not counts. */
export async function createFiguresSocket({ host, port, now, count }: Deps): Promise<FiguresSocket> {
  const figures = noFigures();
  const socket = createSocket('udp4');
  socket.on('message', (message) => {
    const line = String(message);
    if (isHeartbeat(line)) figures.beat = now();
    const request = parseEdgeLine(line);
    if (!request) return;
    addRequest(figures, request, now());
    count(request);
  });
  socket.bind(port, host);
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    figures,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}
