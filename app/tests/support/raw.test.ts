import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { openRaw } from './raw.ts';

test('a connection that the other side resets has closed, with all that was received before', async () => {
  const server = createServer((socket) => {
    socket.once('data', () => socket.write('so far'));
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets: { resetAndDestroy(): void }[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  using connection = await openRaw(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  connection.write('x');
  await connection.received(/so far$/);
  const more = connection.received(/more$/);
  sockets[0]?.resetAndDestroy();
  await expect(more).rejects.toThrow('closed before');
  expect(await connection.closed).toBe('so far');
  server.close();
});
