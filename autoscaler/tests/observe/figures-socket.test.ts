import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import type { EdgeRequest } from '../../src/observe/edge-line.ts';
import { createFiguresSocket } from '../../src/observe/figures-socket.ts';

test('a heartbeat → when it came, and no request; a request → counted', async () => {
  const counted = Promise.withResolvers<EdgeRequest>();
  await using socket = await createFiguresSocket({ host: '127.0.0.1', port: 0, now: () => 5, count: counted.resolve });
  expect(socket.figures.beat).toBeUndefined();
  const edge = createSocket('udp4');
  const tell = (text: string) => edge.send(`<190>Nov 21 23:50:00 edge: ${text}`, socket.port, '127.0.0.1');
  tell('alive');
  tell('status=302 time=0.001 weight=1 upstream_status="302" upstream="10.0.0.1:8080" kind=redirect');
  expect(await counted.promise).toMatchObject({ status: 302, kind: 'redirect' });
  expect({ beat: socket.figures.beat, seconds: socket.figures.seconds.length }).toEqual({ beat: 5, seconds: 1 });
  edge.close();
  await once(edge, 'close');
});
