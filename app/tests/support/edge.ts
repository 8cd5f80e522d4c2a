import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderPlainEdge } from '../../../scripts/src/nginx/render.ts';
import { leash } from '../../src/platform/leash.ts';
import { freePort } from './free-port.ts';
import { temporaryFolder } from './temporary-folder.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const readTemplate = (name: string): Promise<string> =>
  readFile(join(root, 'nginx', 'templates', `${name}.conf.template`), 'utf8');

async function configOf(folder: string, port: number, replicas: readonly string[]): Promise<string> {
  const [edge, log, locations] = await Promise.all([
    readTemplate('edge'),
    readTemplate('log'),
    readTemplate('locations'),
  ]);
  const limits = { EDGE_LIMIT: 'on', EDGE_RATE: '50', EDGE_BURST: '100', LOG_RATE: '500' };
  const values = { ...limits, FIGURES_TARGET: '127.0.0.1:9', ACCESS_LOG: join(folder, 'access.log') };
  return renderPlainEdge({ edge, log, locations }, { port, replicas, folder, values });
}

/** A real nginx with the stack's rules and limits in front of replicas, each as `host:port`. */
export async function startEdge(replicas: readonly string[]): Promise<AsyncDisposable & { readonly url: string }> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await temporaryFolder());
  const port = await freePort();
  const file = join(path, 'nginx.conf');
  await writeFile(file, await configOf(path, port, replicas));
  const env = { PATH: `${process.env['PATH']}:/usr/sbin:/usr/local/sbin` };
  const args = ['-p', path, '-e', join(path, 'error.log'), '-c', file, '-g', 'daemon off;'];
  const nginx = spawn('nginx', args, { stdio: 'ignore', env });
  if (nginx.pid === undefined) throw new Error('there is no nginx');
  stack.use(leash(nginx.pid, 'QUIT'));
  stack.defer(async () => {
    if (nginx.exitCode === null && nginx.kill('SIGTERM')) await once(nginx, 'exit');
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${url}/.edge/problem`).catch(() => undefined))) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended: ${await readFile(join(path, 'error.log'), 'utf8')}`);
  }
  const owned = stack.move();
  return { url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
