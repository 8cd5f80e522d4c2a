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

/** A real nginx with the stack's rules before one replica, which is the listener; what it was sent last can be asked for. */
export async function startEdge(listener: RequestListener) {
  const folder = await mkdtemp(join(tmpdir(), 'edge-'));
  let last: IncomingMessage | undefined;
  const replica = createServer((request, response) => {
    last = request;
    listener(request, response);
  }).listen(0, '127.0.0.1');
  await once(replica, 'listening');
  const port = await freePort();
  const values = {
    EDGE_LIMIT: 'off',
    EDGE_RATE: '50',
    EDGE_BURST: '100',
    LOG_RATE: '500',
    FIGURES_TARGET: '127.0.0.1:9',
    ACCESS_LOG: join(folder, 'access.log'),
  };
  const templates = { edge: readTemplate('edge'), log: readTemplate('log'), locations: readTemplate('locations') };
  const replicas = [`127.0.0.1:${(replica.address() as AddressInfo).port}`];
  const config = join(folder, 'nginx.conf');
  await writeFile(config, renderPlainEdge(templates, { port, replicas, folder, values }));
  const nginx = spawn('nginx', ['-p', folder, '-e', join(folder, 'error.log'), '-c', config, '-g', 'daemon off;'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: `${process.env['PATH']}:/usr/sbin:/usr/local/sbin` },
  });
  const base = `http://127.0.0.1:${port}`;
  await untilListening(nginx, base);
  return {
    base,
    headers: () => last?.headers ?? {},
    [Symbol.asyncDispose]: async () => {
      nginx.kill('SIGTERM');
      await once(nginx, 'exit');
      replica.closeAllConnections();
      replica.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
