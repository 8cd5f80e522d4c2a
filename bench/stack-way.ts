import { parseUpstream } from '../autoscaler/src/edge/upstream.ts';

/** How nginx reaches the servers behind it. */
export type Way = 'unix sockets' | 'addresses';

/**
 * The way to the replicas, by the upstream file of the stack, which the ceiling takes as well. Throws where the file cannot be
 * read or has both: what is compared must not differ in the way.
 */
export function wayOf(upstream: string): Way {
  const servers = parseUpstream(upstream)?.servers;
  if (!servers) throw new Error('the upstream file of nginx is none of the autoscaler');
  const sockets = servers.filter(({ address }) => address.startsWith('unix:')).length;
  if (sockets === servers.length) return 'unix sockets';
  if (sockets === 0) return 'addresses';
  throw new Error('nginx reaches some replicas by sockets and others by address: scripts/doctor, then once more');
}

/** The folder of sockets, where the app's image has one that its user may write to. */
export const socketFolder = '/run/replicas';

const socketOf = (name: string): string => `${socketFolder}/${name}.sock`;

/** What a bare server is started with: its port, its host and, where it is to be asked there, its socket. */
export const bareWords = (name: string, port: number, way: Way): string[] => [
  ...['/bare-server.ts', String(port), '0.0.0.0'],
  ...(way === 'unix sockets' ? [socketOf(name)] : []),
];

/** How nginx names a bare server. */
export const bareUpstream = (name: string, port: number, way: Way): string =>
  way === 'unix sockets' ? `unix:${socketOf(name)}` : `${name}:${port}`;
