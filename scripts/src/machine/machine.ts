import { stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import type { Run } from '../platform/run.ts';
import type { Machine } from './requirements.ts';

type Deps = { run: Run; root: string };

const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE'));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });

/** Looks at what the stack needs of this machine. `ports` are those that it wants and does not hold yet. */
export async function readMachine({ run, root }: Deps, ports: readonly number[], host: string): Promise<Machine> {
  const [engine, compose, disk, free] = await Promise.all([
    run('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 15_000 }),
    run('docker', ['compose', 'version', '--short'], { timeout: 15_000 }),
    statfs(root),
    Promise.all(ports.map(async (port) => ({ port, free: await isFree(port, host) }))),
  ]);
  return {
    engine: engine.code === 0 ? engine.stdout.trim() : undefined,
    engineError: engine.stderr.trim().split('\n').at(-1) ?? '',
    compose: compose.code === 0 ? compose.stdout.trim() : undefined,
    memory: totalmem(),
    diskFree: disk.bavail * disk.bsize,
    taken: free.filter((entry) => !entry.free).map((entry) => entry.port),
  };
}

/** The group that may use the engine's socket. */
export const socketGroup = async (socket: string): Promise<number> => (await stat(socket)).gid;
