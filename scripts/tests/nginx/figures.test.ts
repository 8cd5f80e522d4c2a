import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { type EdgeRequest, parseEdgeLine } from '../../../autoscaler/src/observe/edge-line.ts';
import { readTemplate, startEdgeBeginning, startEdgeTelling } from './running-edge.ts';

/** What the autoscaler would hear first of a request that reached a replica, or of another one. */
async function firstTold(
  socket: ReturnType<typeof createSocket>,
  fits = ({ tries }: EdgeRequest) => tries.length > 0,
): Promise<EdgeRequest> {
  for (;;) {
    const [message] = await once(socket, 'message');
    const told = parseEdgeLine(String(message));
    if (told && fits(told)) return told;
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

test('a short link that is sent to https by nginx → no redirect; one that a replica answers with 308 → a redirect', async () => {
  await using socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const [toHttps = ''] = /^ *if \(\$redirect_to_https\) \{\n.*\n *\}/m.exec(readTemplate('servers')) ?? [];
  await using edge = await startEdgeBeginning(
    // Which requests come by http is all that is left out here.
    `set $redirect_to_https $http_x_plain;\n${toHttps.replace(/\$\{DOMAIN\}/, 'short.example')}`,
    `127.0.0.1:${socket.address().port}`,
    (_request, response) => response.writeHead(308, { location: 'https://example.com/' }).end(),
  );
  const kindOf = async (headers: Record<string, string>): Promise<[string | null, string, number]> => {
    const told = firstTold(socket, ({ status }) => status === 308);
    const { headers: answer } = await fetch(`${edge.base}/abc1234`, { headers, redirect: 'manual' });
    const { kind, tries } = await told;
    return [answer.get('location'), kind, tries.length];
  };
  expect(await kindOf({ 'x-plain': '1' })).toEqual(['https://short.example/abc1234', 'other', 0]);
  expect(await kindOf({})).toEqual(['https://example.com/', 'redirect', 1]);
});
