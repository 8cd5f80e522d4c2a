import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The project's folder. */
export const source = join(import.meta.dirname, '..', '..', '..');
/** What the maintainer of the tests has: keys, settings of ssh and curl, a checkout whose commits are deployed. */
export const folder = join(tmpdir(), 'shortstack-deploy-tests');
export const checkout = join(folder, 'checkout');
/** The container that is the server, its volume and its network. */
export const name = 'droplettest';
export const image = 'shortstack/droplet-test';
/** Ports of this machine that lead to the server's. */
export const ports = { ssh: 18_222, https: 18_643 };
export const base = `https://127.0.0.1:${ports.https}`;
/** The key with which the maintainer got the server, and the one that he makes for deployments. */
export const ownKey = join(folder, 'own_key');
export const deployKey = join(checkout, 'deploy_key');

/** The environment in which the engine is found, also where scripts/install-docker has put it. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: `${execFileSync(join(source, 'scripts', 'install-docker'), ['--print-path'], { encoding: 'utf8' }).trim()}:${process.env['PATH']}`,
};

export const docker = (...args: readonly string[]): string =>
  execFileSync('docker', args, { env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** Runs a command on the server as root, as its maintainer can. */
export const onServer = async (command: string): Promise<string> => docker('exec', name, 'sh', '-c', command);
