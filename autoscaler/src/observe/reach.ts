import { readdir } from 'node:fs/promises';
import type { Container } from '../engine/engine.ts';

const ending = '.sock';
/** The engine gives a container so much of its id as host name. */
const hostNameLength = 12;

type Place = { socketFolder: string; port: number };

/**
 * Names of the sockets that replicas offer in a folder, as the edge sees them, too: none where there is no folder, or where
 * an edge of another release has not mounted it. What was known `before` holds while there is no edge to be seen, or
 * the folder cannot be read: a moment must not move every replica.
 */
export async function offeredSockets(
  { socketFolder }: Place,
  edge: Container | null,
  before: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  if (socketFolder === '') return new Set();
  if (edge === null) return before;
  if (!edge.mounts.includes(socketFolder)) return new Set();
  // No link, which could lead elsewhere.
  const entries = await readdir(socketFolder, { withFileTypes: true }).catch(() => null);
  return entries ? new Set(entries.filter((entry) => entry.isSocket()).map(({ name }) => name)) : before;
}

/** Where edge and prober reach a replica, as nginx writes it: by its socket where it offers one, else ip:port; null while it has no address. */
export function addressOf({ address, id }: Container, sockets: ReadonlySet<string>, place: Place): string | null {
  if (address === null) return null;
  const name = id.slice(0, hostNameLength) + ending;
  return sockets.has(name) ? `unix:${place.socketFolder}/${name}` : `${address}:${place.port}`;
}

/** The url of a page there; of a socket as nginx writes it. */
export const pageAt = (address: string, page: string): string =>
  address.startsWith('unix:') ? `http://${address}:${page}` : `http://${address}${page}`;
