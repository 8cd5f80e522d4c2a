import { once } from 'node:events';
import { readdir, rename } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { CannotListen } from '../../src/platform/doors.ts';
import { listen } from '../../src/platform/listen.ts';
import { openSocketDoor } from '../../src/platform/socket-door.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const own = `${hostname()}.sock`;

const start = (socketFolder: string, port = 0) =>
  listen({
    listener: (_request, response) => void response.end('answered'),
    ...{ host: '127.0.0.1', port, requestTimeout: 30_000, mostConnections: 100, malformed: () => '' },
    socketFolder,
  });

async function ask(socketPath: string): Promise<string> {
  const sent = request({ socketPath, path: '/' });
  sent.end();
  const [response] = await once(sent, 'response');
  return await text(response);
}

/** A socket in a folder as somebody else's, and what ends it as a kill does: its name stays. */
async function socketOf(folder: string, name: string) {
  const server = createServer((socket) => void socket.end());
  server.listen(join(folder, 'elsewhere'));
  await once(server, 'listening');
  await rename(join(folder, 'elsewhere'), join(folder, name));
  return { [Symbol.asyncDispose]: async () => void (await new Promise((resolve) => server.close(resolve))) };
}

test('a request by the socket is answered as one by the port; who drains takes the name away', async () => {
  await using folder = await temporaryFolder();
  const server = await start(folder.path);
  expect(await readdir(folder.path)).toEqual([own]);
  expect(await ask(join(folder.path, own))).toBe('answered');
  expect(await (await fetch(`http://127.0.0.1:${server.port}/`)).text()).toBe('answered');
  await server.drain(0);
  expect(await readdir(folder.path)).toEqual([]);
});

test('the names of the dead are removed, its own too, and those of the living stay', async () => {
  await using folder = await temporaryFolder();
  await using _living = await socketOf(folder.path, 'living.sock');
  for (const name of ['dead.sock', own]) {
    await using _dead = await socketOf(folder.path, name);
  }
  expect(await readdir(folder.path)).toEqual(['dead.sock', 'living.sock', own].sort());
  const server = await start(folder.path);
  expect(await readdir(folder.path)).toEqual(['living.sock', own].sort());
  expect(await ask(join(folder.path, own))).toBe('answered');
  await server.drain(0);
});

test('where the folder cannot be used, it says what to set', async () => {
  const failed = start('/proc/1/no-such-folder');
  await expect(failed).rejects.toThrow(CannotListen);
  await expect(failed).rejects.toThrow('set SOCKET_FOLDER');
});

test('a name that is in use is left alone', async () => {
  await using folder = await temporaryFolder();
  const server = await start(folder.path);
  await expect(start(folder.path)).rejects.toThrow('EADDRINUSE');
  expect(await ask(join(folder.path, own))).toBe('answered');
  await server.drain(0);
});

test('where the port is taken, no name is left', async () => {
  await using folder = await temporaryFolder();
  await using other = await temporaryFolder();
  const server = await start(other.path);
  await expect(start(folder.path, server.port)).rejects.toThrow('set PORT or HOST');
  expect(await readdir(folder.path)).toEqual([]);
  await server.drain(0);
});

test('who comes with many others at once is taken as soon as at the port, where several sockets listen', async () => {
  await using folder = await temporaryFolder();
  const [handles, comers] = [8, 160];
  let taken = 0;
  const all = Promise.withResolvers<void>();
  const door = await openSocketDoor(folder.path, handles, (socket) => {
    socket.destroy();
    taken += 1;
    if (taken === comers) all.resolve();
  });
  const clients = Array.from({ length: comers }, () => connect(join(folder.path, own)));
  let rounds = 0;
  const count = () => {
    rounds += 1;
    if (taken < comers) setImmediate(count);
  };
  count();
  await all.promise;
  expect(rounds).toBeLessThan((2 * comers) / handles);
  for (const client of clients) client.destroy();
  await door.hide();
  await Promise.all(door.servers.map((server) => new Promise((resolve) => server.close(resolve))));
});
