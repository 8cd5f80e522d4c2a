import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fetchText, parseReadyPage, probe, touch } from '../../src/observe/probe.ts';
import { pageAt } from '../../src/observe/reach.ts';
import { listen } from '../../src/platform/listen.ts';

let server: Server;
let base: string;
const signal = new AbortController().signal;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/hang') return;
    if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{', () => response.destroy());
      return;
    }
    const status = Number(request.url?.slice(1));
    response.writeHead(status).end(status === 200 ? ' 42 \n' : '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a probe', () => {
  test('any answer → it lives; 2xx → it is ready', async () => {
    expect(await probe(`${base}/200`, 1_000, signal)).toMatchObject({ status: 200, ready: true });
    expect(await probe(`${base}/503`, 1_000, signal)).toMatchObject({ status: 503, ready: false });
  });

  test('by a unix socket, as nginx writes it', async () => {
    const folder = await mkdtemp(`${tmpdir()}/probe-`);
    const socketPath = `${folder}/a.sock`;
    const tell = (request: IncomingMessage, response: ServerResponse) => void response.end(request.url);
    await using _replica = await listen(tell, { socketPath, mode: 0o600 });
    expect(await fetchText(pageAt(`unix:${socketPath}`, '/health/ready?x=1'), 1_000, signal)).toBe('/health/ready?x=1');
    await rm(folder, { recursive: true });
  });

  test('no answer, a broken one, nobody there → rejected', async () => {
    await expect(probe(`${base}/hang`, 50, signal)).rejects.toThrow();
    await expect(probe(`${base}/cut`, 1_000, signal)).rejects.toThrow();
    await expect(probe('http://127.0.0.1:1/', 1_000, signal)).rejects.toThrow(/ECONNREFUSED/);
  });
});

test('figures of the ready page → only numbers and texts, and none if it is no object', () => {
  const read = (body: string) => parseReadyPage({ status: 200, body });
  expect(read('{"in_flight":3,"lag_ms":1.5,"version":"1"}')).toMatchObject({ inFlight: 3, lag: 1.5, version: '1' });
  expect(read('{"in_flight":"3","version":1}')).toMatchObject({ inFlight: null, lag: null, version: null });
  expect(read('null')).toMatchObject({ inFlight: null });
  expect(read('ok')).toMatchObject({ inFlight: null });
});

test('a text → without spaces around it; anything but 200 → rejected', async () => {
  expect(await fetchText(`${base}/200`, 1_000, signal)).toBe('42');
  await expect(fetchText(`${base}/404`, 1_000, signal)).rejects.toThrow(/404/);
});

test('a warm-up request → fine unless 5xx or no answer; 503 is what it depends on', async () => {
  expect(await touch(`${base}/404`, 1_000, signal)).toBe(true);
  expect(await touch(`${base}/503`, 1_000, signal)).toBe(true);
  expect(await touch(`${base}/500`, 1_000, signal)).toBe(false);
  expect(await touch(`${base}/hang`, 50, signal)).toBe(false);
});
