import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nginxConfig } from './nginx-config.ts';
import { answered } from './programs.ts';
import { bareUpstream, bareWords, socketFolder, type Way } from './stack-way.ts';

const run = promisify(execFile);

export const docker = async (...args: string[]): Promise<string> => (await run('docker', args)).stdout.trim();

/** Project by which the containers of the ceiling are found. */
export const ceilingProject = 'shortstack-bench-ceiling';
const port = 8080;
const answersWithin = 10_000;

export type Ceiling = AsyncDisposable & { readonly port: number };

/** How the engine runs a container of the stack: its image, and the limits that the ceiling gets, too. */
async function modelOf(container: string): Promise<{ image: string; limits: string[] }> {
  const format = '{{.Image}} {{.HostConfig.NanoCpus}} {{.HostConfig.Memory}}';
  const [image = '', nanoCpus, memory] = (await docker('inspect', '--format', format, container)).split(' ');
  const limits = [`--cpus=${Number(nanoCpus) / 1e9}`, `--memory=${memory}`];
  return { image, limits };
}

/** `docker run` of one service of the ceiling, in its own network under its own name. */
const start = (service: string, options: readonly string[], image: string, ...command: string[]): Promise<string> => {
  const project = ['--label', `com.docker.compose.project=${ceilingProject}`];
  const names = ['--name', `${ceilingProject}-${service}`, '--network-alias', service, '--network', ceilingProject];
  const labels = [...project, '--label', `com.docker.compose.service=${service}`];
  return docker('run', '--detach', '--rm', ...names, ...labels, ...options, image, ...command);
};

/** Removes the ceiling's containers, also those that a run has left that was cut off. */
export async function removeCeiling(): Promise<void> {
  const left = await docker('ps', '-aq', '--filter', `label=com.docker.compose.project=${ceilingProject}`);
  if (left !== '') await docker('rm', '--force', ...left.split('\n'));
  await docker('network', 'rm', ceilingProject).catch(() => {});
  await docker('volume', 'rm', ceilingProject).catch(() => {});
}

/** Containers to take after, how many bare servers there are to be, and how nginx reaches them. */
type Models = { nginx: string; app: string; count: number; way: Way };

/**
 * Bare servers behind nginx in containers of the stack's own images and limits, as many as it has replicas, and reached in the
 * same way. A volume for their sockets begins as the folder of the app's image, which its user may write to.
 */
export async function startCeiling(models: Models): Promise<Ceiling> {
  await using stack = new AsyncDisposableStack();
  await removeCeiling();
  stack.defer(removeCeiling);
  await docker('network', 'create', ceilingProject);
  const { way } = models;
  const app = await modelOf(models.app);
  const names = Array.from({ length: models.count }, (_, index) => `bare-${index + 1}`);
  const sockets = ['--volume', `${ceilingProject}:${socketFolder}`];
  const server = ['--volume', `${join(import.meta.dirname, 'bare-server.ts')}:/bare-server.ts:ro`, ...app.limits];
  for (const name of names)
    await start(name, [...server, ...sockets, '--entrypoint', 'node'], app.image, ...bareWords(name, port, way));
  const folder = await mkdtemp(join(tmpdir(), 'bench-ceiling-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'nginx.conf');
  const upstream = names.map((name) => bareUpstream(name, port, way));
  const site = { name: 'ceiling', address: `0.0.0.0:${port}`, upstream };
  await writeFile(file, nginxConfig('/tmp', [site]));
  const nginx = await modelOf(models.nginx);
  const mounts = ['--volume', `${file}:/bench.conf:ro`, '--volume', `${ceilingProject}:${socketFolder}:ro,nocopy`];
  const edge = [...mounts, '--publish', `127.0.0.1::${port}`, ...nginx.limits];
  await start('nginx', [...edge, '--entrypoint', 'nginx'], nginx.image, '-c', '/bench.conf', '-g', 'daemon off;');
  const published = await docker('port', `${ceilingProject}-nginx`, String(port));
  const own = Number(published.split(':').at(-1));
  await answered(`http://127.0.0.1:${own}/`, 302, answersWithin);
  const owned = stack.move();
  return { port: own, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
