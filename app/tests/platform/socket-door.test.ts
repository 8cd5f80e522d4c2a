import { once } from 'node:events';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { listen } from '../../src/platform/listen.ts';
import { openSocketDoor } from '../../src/platform/socket-door.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const own = `${hostname()}.sock`;

const start = (socketFolder: string, port = 0, noSocket = (error: Error): void => expect(error).toBeUndefined()) =>
  listen({
    listener: (_request, response) => void response.end('answered'),
    ...{ host: '127.0.0.1', port, requestTimeout: 30_000, mostConnections: 100, malformed: () => '' },
    ...{ socketFolder, noSocket },
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

test('where there can be no socket, it says why and serves by its port', async () => {
  await using folder = await temporaryFolder();
  const server = await start(folder.path);
  for (const [place, why] of [
    ['/proc/1/no-such-folder', 'ENOENT'],
    [folder.path, `${own} is in use`],
  ] as const) {
    const reasons: Error[] = [];
    const other = await start(place, 0, (error) => reasons.push(error));
    expect(reasons).toEqual([expect.objectContaining({ message: expect.stringContaining(why) })]);
    expect(await (await fetch(`http://127.0.0.1:${other.port}/`)).text()).toBe('answered');
    await other.drain(0);
  }
  expect(await ask(join(folder.path, own))).toBe('answered');
  await server.drain(0);
});

test('without a process that passes handles back, it serves by its port', async () => {
  await using folder = await temporaryFolder();
  const { execPath } = process;
  for (const program of ['/bin/false', join(folder.path, 'none')]) {
    process.execPath = program;
    const reasons: Error[] = [];
    const server = await start(folder.path, 0, (error) => reasons.push(error)).finally(() => {
      process.execPath = execPath;
    });
    expect(reasons).toHaveLength(1);
    expect(await readdir(folder.path)).toEqual([]);
    await server.drain(0);
  }
});

test('a socket that never gets its name is closed', async () => {
  await using folder = await temporaryFolder();
  const hidden = join(folder.path, `${own}.new`);
  const reasons: Error[] = [];
  const starting = start(folder.path, 0, (error) => reasons.push(error));
  while (!(await readdir(folder.path)).includes(basename(hidden))) await setImmediate();
  await rm(hidden);
  const server = await starting;
  expect(reasons).toEqual([expect.objectContaining({ code: 'ENOENT' })]);
  expect(await readFile('/proc/net/unix', 'utf8')).not.toContain(hidden);
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

test('thousands who come at once find room, and are taken as soon as at a port where several sockets listen', async () => {
  await using folder = await temporaryFolder();
  const handles = 8;
  const room = Number(await readFile('/proc/sys/net/core/somaxconn', 'utf8'));
  const comers = Math.min(2_500, room);
  let taken = 0;
  const all = Promise.withResolvers<void>();
  const door = await openSocketDoor(folder.path, handles, (socket) => {
    socket.destroy();
    taken += 1;
    if (taken === comers) all.resolve();
  });
  // All in one round, in which nobody is taken.
  const clients = Array.from({ length: comers }, () => connect(join(folder.path, own)).once('error', all.reject));
  let rounds = 0;
  const count = () => {
    rounds += 1;
    if (taken < comers) globalThis.setImmediate(count);
  };
  count();
  await all.promise;
  expect(rounds).toBeLessThan((2 * comers) / handles);
  for (const client of clients) client.destroy();
  door.hide();
  await Promise.all(door.servers.map((server) => new Promise((resolve) => server.close(resolve))));
});
