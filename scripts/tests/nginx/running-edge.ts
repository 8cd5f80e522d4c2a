import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
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

/** Listens, says where, and accepts nothing. */
const deaf = `
  const { parentPort, workerData } = require('node:worker_threads');
  const server = require('node:net').createServer().listen({ ...workerData, backlog: 1 }, () => {
    parentPort.postMessage(server.address());
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/**
 * A replica that takes no connection, as when a container's network is gone or its process is stopped. A queue of one holds
 * two; to whatever comes after them the kernel says nothing at a port, and that there is no room at a socket.
 */
async function startDeaf(at: { port: 0; host: string } | { path: string }) {
  const worker = new Worker(deaf, { eval: true, workerData: at });
  const [where] = (await once(worker, 'message')) as [AddressInfo | string];
  const waiting = [0, 1].map(() =>
    connect(typeof where === 'string' ? { path: where } : { port: where.port, host: where.address }),
  );
  await Promise.all(waiting.map((socket) => once(socket, 'connect')));
  return {
    address: typeof where === 'string' ? `unix:${where}` : `${where.address}:${where.port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of waiting) socket.destroy();
      await worker.terminate();
    },
  };
}

export const startDeafReplica = () => startDeaf({ port: 0, host: '127.0.0.1' });
export const startDeafSocket = (folder: string) => startDeaf({ path: join(folder, 'deaf.sock') });

/** The address of a socket in a folder whose process was killed. */
export async function leaveSocket(folder: string): Promise<string> {
  const path = join(folder, 'left.sock');
  const script = `require('node:net').createServer().listen('${path}', () => process.kill(process.pid, 'SIGKILL'))`;
  await once(spawn(process.execPath, ['-e', script]), 'exit');
  return `unix:${path}`;
}

/** A real nginx with the stack's rules before replicas that are these listeners. */
export const startEdge = (...listeners: RequestListener[]) => startEdgeTelling('127.0.0.1:9', ...listeners);

/** One that tells its figures to this host and port; a replica that runs already is told by its address. */
export const startEdgeTelling = (figuresTarget: string, ...listeners: (RequestListener | string)[]) =>
  startEdgeBeginning('', figuresTarget, ...listeners);

/** One whose server has these lines before all that it has anyway. */
export async function startEdgeBeginning(
  beginning: string,
  figuresTarget: string,
  ...listeners: (RequestListener | string)[]
) {
  const folder = await mkdtemp(join(tmpdir(), 'edge-'));
  const running = listeners.filter((listener) => typeof listener === 'string');
  const replicas = await Promise.all(listeners.filter((listener) => typeof listener !== 'string').map(startReplica));
  const port = await freePort();
  const values = {
    EDGE_LIMIT: 'off',
    EDGE_RATE: '50',
    EDGE_BURST: '100',
    LOG_RATE: '500',
    FIGURES_TARGET: figuresTarget,
    ACCESS_LOG: join(folder, 'access.log'),
  };
  const locations = `${beginning}\n${readTemplate('locations')}`;
  const templates = { edge: readTemplate('edge'), log: readTemplate('log'), locations };
  const config = join(folder, 'nginx.conf');
  const addresses = [...replicas.map(({ address }) => address), ...running];
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
