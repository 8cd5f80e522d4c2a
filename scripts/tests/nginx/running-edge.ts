import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../app/tests/support/free-port.ts';
import { renderPlainEdge } from '../../src/nginx/render.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** A template of nginx's, as it stands in the repository. */
export const readTemplate = (name: string) =>
  readFileSync(join(root, 'nginx', 'templates', `${name}.conf.template`), 'utf8');

/** Waits until nginx listens; what it says when it does not is the error. */
async function untilListening(nginx: ChildProcess, base: string): Promise<void> {
  let said = '';
  nginx.stderr?.on('data', (text) => {
    said += String(text);
  });
  for (;;) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended: ${said}`);
    const answer = await fetch(`${base}/.edge/problem`).catch(() => undefined);
    if (answer) return;
  }
}

/** Starts a replica on a free port; `last` is the request that it got last. */
async function startReplica(listener: RequestListener) {
  const seen: { last: IncomingMessage | undefined } = { last: undefined };
  const server = createServer((request, response) => {
    seen.last = request;
    listener(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, seen, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A real nginx with the stack's rules before replicas that are these listeners. */
export const startEdge = (...listeners: RequestListener[]) => startEdgeTelling('127.0.0.1:9', ...listeners);

/** One that tells its figures to this host and port. */
export async function startEdgeTelling(figuresTarget: string, ...listeners: RequestListener[]) {
  const folder = await mkdtemp(join(tmpdir(), 'edge-'));
  const replicas = await Promise.all(listeners.map(startReplica));
  const port = await freePort();
  const values = {
    EDGE_LIMIT: 'off',
    EDGE_RATE: '50',
    EDGE_BURST: '100',
    LOG_RATE: '500',
    FIGURES_TARGET: figuresTarget,
    ACCESS_LOG: join(folder, 'access.log'),
  };
  const templates = { edge: readTemplate('edge'), log: readTemplate('log'), locations: readTemplate('locations') };
  const config = join(folder, 'nginx.conf');
  const addresses = replicas.map(({ address }) => address);
  await writeFile(config, renderPlainEdge(templates, { port, replicas: addresses, folder, values }));
  const nginx = spawn('nginx', ['-p', folder, '-e', join(folder, 'error.log'), '-c', config, '-g', 'daemon off;'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: `${process.env['PATH']}:/usr/sbin:/usr/local/sbin` },
  });
  const base = `http://127.0.0.1:${port}`;
  await untilListening(nginx, base);
  return {
    base,
    /** Of the request that the first replica got last. */
    headers: () => replicas[0]?.seen.last?.headers ?? {},
    [Symbol.asyncDispose]: async () => {
      nginx.kill('SIGTERM');
      await once(nginx, 'exit');
      for (const { server } of replicas) {
        server.closeAllConnections();
        server.close();
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
