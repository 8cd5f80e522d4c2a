import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import type { Container } from '../src/engine/engine.ts';
import { offeredSockets } from '../src/observe/reach.ts';
import { listen } from '../src/platform/listen.ts';
import type { FakeContainer } from './support/fake-containers.ts';
import { createWorld, settled, type World } from './support/world.ts';

async function temporaryFolder() {
  const path = await mkdtemp(`${tmpdir()}/replicas-`);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

const ready = JSON.stringify({ status: 'ok', in_flight: 0, lag_ms: 1, version: '1.0.0' });
const socketIn = (folder: string, { id }: FakeContainer): string => `${folder}/${id.slice(0, 12)}.sock`;
const offerSocket = (folder: string, one: FakeContainer) =>
  listen((_request, response) => void response.end(ready), { socketPath: socketIn(folder, one), mode: 0o600 });

const byPort = ({ replicas }: World) => replicas().map(({ address }) => `${address}:8080`);
const mountAtEdge = ({ containers }: World, folder: string): void => {
  for (const edge of containers.of('nginx')) edge.mounts = [folder];
};

test('replicas that offer a socket → by it, once the edge sees it too; one that offers none → by its port', async () => {
  await using folder = await temporaryFolder();
  await using world = await createWorld({ AUTOSCALER_SOCKET_FOLDER: folder.path });
  const { until } = await world.startScaler();
  await until(settled(2));
  const [first, second] = world.replicas();
  if (!first || !second) throw new Error('there are no two replicas');
  await using _first = await offerSocket(folder.path, first);
  // An edge of the release before has not mounted it.
  await until(settled(2));
  expect(world.nginx.servers().sort()).toEqual(byPort(world).sort());
  mountAtEdge(world, folder.path);
  const mixed = [`unix:${socketIn(folder.path, first)}`, `${second.address}:8080`].sort();
  await until(() => world.nginx.servers().sort().join() === mixed.join());
  expect(world.replicas()).toEqual([first, second]);
  // And back: an edge of the release before takes its place.
  for (const edge of world.containers.of('nginx')) edge.mounts = [];
  await until(() => world.nginx.servers().sort().join() === byPort(world).sort().join());
  expect(world.replicas()).toEqual([first, second]);
});

const place = (socketFolder: string) => ({ socketFolder, port: 8080 });
const edgeWith = (...mounts: string[]) => ({ mounts }) as unknown as Container;

test('what was known holds while the edge is not there or the folder cannot be read; a link is no socket', async () => {
  await using folder = await temporaryFolder();
  await using _one = await listen(() => {}, { socketPath: `${folder.path}/one.sock`, mode: 0o600 });
  await symlink('one.sock', `${folder.path}/link.sock`);
  const known = await offeredSockets(place(folder.path), edgeWith(folder.path), new Set());
  expect([...known]).toEqual(['one.sock']);
  expect(await offeredSockets(place(folder.path), null, known)).toBe(known);
  expect(await offeredSockets(place('/proc/1/none'), edgeWith('/proc/1/none'), known)).toBe(known);
  expect(await offeredSockets(place(folder.path), edgeWith(), known)).toEqual(new Set());
  expect(await offeredSockets(place(''), edgeWith(''), known)).toEqual(new Set());
});
