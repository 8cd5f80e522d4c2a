import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseUpstream, type Upstream } from '../../src/edge/upstream.ts';

/** What an nginx does with its upstream file: reads it some time after SIGHUP, and answers the generation it runs with. */
export async function startNginx({ file, host, port }: { file: string; host: string; port: number }) {
  const state = {
    live: undefined as Upstream | undefined,
    /** Says that the configuration is broken, whatever stands in the file. */
    broken: false,
    /** Ignores SIGHUP. */
    deaf: false,
    reloads: 0,
    oldWorkers: 0,
  };
  const read = (): Upstream | undefined => {
    try {
      return parseUpstream(readFileSync(file, 'utf8'));
    } catch {
      return undefined;
    }
  };
  const server = createServer((_request, response) => {
    response.writeHead(200).end(`${state.live?.generation ?? 0}\n`);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    state,
    test: (): boolean => !state.broken && read() !== undefined,
    hangUp: async () => {
      if (state.deaf) return;
      await sleep(30);
      const next = read();
      if (next && !state.broken) state.live = next;
      state.reloads += 1;
    },
    /** As after a crash: it runs with what stands in the file. */
    restart: () => {
      state.live = read();
    },
    servers: (): string[] => (state.live?.down ? [] : (state.live?.servers.map(({ address }) => address) ?? [])),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type FakeNginx = Awaited<ReturnType<typeof startNginx>>;
