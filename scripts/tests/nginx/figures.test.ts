import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { type EdgeRequest, parseEdgeLine } from '../../../autoscaler/src/observe/edge-line.ts';
import { startEdgeTelling } from './running-edge.ts';

/** What the autoscaler would hear first of a request that reached a replica. */
async function firstTold(socket: ReturnType<typeof createSocket>): Promise<EdgeRequest> {
  for (;;) {
    const [message] = await once(socket, 'message');
    const told = parseEdgeLine(String(message));
    if (told && told.tries.length > 0) return told;
  }
}

test('an answer that takes its time once it has begun → told with when it began', async () => {
  await using socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const longer = 300;
  await using edge = await startEdgeTelling(`127.0.0.1:${socket.address().port}`, async (_request, response) => {
    response.writeHead(200).write('one line');
    await sleep(longer);
    response.end();
  });
  const told = firstTold(socket);
  await (await fetch(`${edge.base}/abc1234`)).text();
  const { kind, milliseconds, tries } = await told;
  expect({ kind, statuses: tries.map(({ status }) => status) }).toEqual({ kind: 'redirect', statuses: [200] });
  // nginx looks at its clock once a turn of its loop.
  expect(milliseconds - (tries[0]?.answeredAfter ?? milliseconds)).toBeGreaterThan(longer / 2);
});
