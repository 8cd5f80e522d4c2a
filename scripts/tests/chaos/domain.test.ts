import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeCertificate } from '../../../monitoring/tests/support/certificate.ts';
import { createJournal } from '../../src/chaos/journal.ts';
import { borrowNotedKey } from '../../src/chaos/key.ts';
import { createTally } from '../../src/chaos/tally.ts';
import { startTraffic } from '../../src/chaos/traffic.ts';
import { createApi } from '../../src/load/api.ts';
import { askService } from '../../src/load/service.ts';
import { edgeOf } from '../../src/stack/edge.ts';
import { locationOf } from './fixtures.ts';

type Seen = { asked: string; authorized: boolean; names: string };

const bodies: Readonly<Record<string, string>> = {
  'POST /keys': '{"id":7,"key":"sk_borrowed"}',
  'GET /keys': '[]',
  'POST /users': '{"id":5}',
};

let folder: string;
let certificate: Awaited<ReturnType<typeof makeCertificate>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drill-domain-'));
  // It is of 127.0.0.1: no good for any name.
  certificate = await makeCertificate();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An edge that serves a name over TLS, and says of each request by which name it was asked, and by which in the handshake. */
async function startEdge(name: string, onSeen: (count: number) => void = () => {}) {
  const seen: Seen[] = [];
  const server = createServer(certificate, (request, response) => {
    const asked = `${request.method} ${request.url?.replace(/\?.*/, '')}`;
    const names = `${request.headers.host} ${(request.socket as TLSSocket).servername}`;
    seen.push({ asked, authorized: request.headers.authorization !== undefined, names });
    onSeen(seen.length);
    const status = request.method === 'POST' ? 201 : asked in bodies ? 200 : 302;
    response.writeHead(status, { location: locationOf(request.url) }).end(bodies[asked]);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    seen,
    // Nobody listens where plain HTTP would be: nothing may be asked there.
    service: edgeOf({ DOMAIN: name, HTTP_PORT: '1', HTTPS_PORT: String(port) }),
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const links = 10;

describe('a stack with a DOMAIN is drilled by its name and over TLS', () => {
  const names = 'go.example go.example';
  test('the key is borrowed and revoked there, whatever the certificate is of', async () => {
    await using edge = await startEdge('go.example');
    const lender = { service: edge.service, adminKey: 'sk_admin' };
    const notes = createJournal(join(folder, 'notes.json'));
    {
      await using borrowed = await borrowNotedKey({ lender, notes, print: () => {} });
      expect(borrowed.key).toBe('sk_borrowed');
    }
    expect(edge.seen).toEqual(['POST /keys', 'GET /keys'].map((asked) => ({ asked, authorized: true, names })));
    expect(await notes.read()).toEqual([]);
  });
  test('links are made there', async () => {
    await using edge = await startEdge('go.example');
    const api = createApi({ service: edge.service, key: 'a key', signal: AbortSignal.timeout(10_000) });
    expect(await api.makeUser('one')).toBe(5);
    expect(edge.seen).toEqual([{ asked: 'POST /users', authorized: true, names }]);
  });
  test('traffic goes there', async () => {
    const ended = new AbortController();
    await using edge = await startEdge('go.example', (count) => void (count >= 60 && ended.abort()));
    const tally = createTally({ links, start: Date.now() });
    const deps = { service: edge.service, key: 'a key', prefix: 'x', links, tally, rate: 400, signal: ended.signal };
    await startTraffic(deps).ended;
    expect(tally.failures()).toEqual([]);
    expect(new Set(edge.seen.map((one) => one.names))).toEqual(new Set([names]));
  });
});

test('a stack without one is drilled over plain HTTP', () =>
  expect(edgeOf({ DOMAIN: '', HTTP_PORT: '8080', HTTPS_PORT: '8443' })).toEqual({ target: 'http://127.0.0.1:8080' }));

test('a service elsewhere must prove itself: its certificate is looked at', async () => {
  await using edge = await startEdge('go.example');
  const { target } = edge.service;
  await expect(askService({ target }, '/keys', { signal: AbortSignal.timeout(10_000) })).rejects.toThrow('self-signed');
});
