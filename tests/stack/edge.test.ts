import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { startLoad } from './support/load.ts';
import { base, httpPort, httpsPort, project } from './support/place.ts';
import { docker } from './support/programs.ts';
import { ask, eventually, rest, shorten } from './support/stack.ts';

beforeAll(async () => void (await rest()));

/** A GET whose path goes out as it is written here. */
const rawGet = (
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string; id: string }> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: httpPort, path, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body, id: String(response.headers['x-request-id']) }),
      );
    });
    sent.on('error', reject).end();
  });

describe('the edge', () => {
  test('a link made through it redirects through it, by HTTP and by HTTPS with HTTP/2', async () => {
    const code = await shorten('https://example.com/there');
    const plain = await fetch(`${base}/${code}`, { redirect: 'manual' });
    expect([plain.status, plain.headers.get('location')]).toEqual([302, 'https://example.com/there']);
    const session = connect(`https://127.0.0.1:${httpsPort}`, { rejectUnauthorized: false });
    const stream = session.request({ ':path': `/${code}` });
    const headers = await new Promise<Record<string, unknown>>((resolve) => stream.once('response', resolve));
    session.destroy();
    expect([headers[':status'], headers['location']]).toEqual([302, 'https://example.com/there']);
  });

  test.each(['TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const)(
    '%s is spoken from 1.2 on, with a certificate that names its hosts',
    async (version) => {
      const socket = connectTls({
        host: '127.0.0.1',
        port: httpsPort,
        minVersion: version,
        maxVersion: version,
        rejectUnauthorized: false,
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      const names = await new Promise<string>((resolve) => {
        socket.once('secureConnect', () => resolve(String(socket.getPeerCertificate().subjectaltname)));
        socket.once('error', () => resolve('refused'));
      });
      socket.destroy();
      expect(names).toBe(
        version === 'TLSv1.1' ? 'refused' : 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
      );
    },
  );

  test.each([
    '/metrics',
    '/METRICS/',
    '/%6detrics',
    '//metrics',
    '/./metrics',
    '/metrics?x=1',
    '/chaos',
    '/health/ready',
    '/health//ready/',
    '/.edge/problem',
  ])('%s is closed, and says so as the service would', async (path) => {
    const { status, body, id } = await rawGet(path);
    expect(status).toBe(404);
    expect(JSON.parse(body)).toMatchObject({ type: 'about:blank', status: 404, error: 'Not found', request_id: id });
  });

  test('/logs is open to an admin key and to nobody else', async () => {
    expect((await fetch(`${base}/logs`)).status).toBe(401);
    expect((await ask('GET', '/logs')).status).toBe(200);
  });

  test('a request id that a client gives goes all the way, a harmful one does not', async () => {
    expect((await rawGet('/health', { 'x-request-id': 'mine-1.2' })).id).toBe('mine-1.2');
    expect((await rawGet('/health', { 'x-request-id': 'not mine"' })).id).toMatch(/^[0-9a-f]{32}$/);
  });

  test('a body that is too large is refused with a problem', async () => {
    const response = await ask('POST', '/users', { username: 'x'.repeat(1_100_000) });
    expect(response.status).toBe(413);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 413, error: 'The body is too large' });
  });

  test('each request is one line of JSON with the id, the replica and the times', async () => {
    const path = `/logged-${Date.now()}`;
    const { id } = await rawGet(`${path}?secret=1`);
    const line = await eventually('the line is logged', async () =>
      (await docker('logs', '--since', '1m', `${project}-nginx-1`)).split('\n').find((text) => text.includes(path)),
    );
    expect(JSON.parse(line)).toMatchObject({
      message: 'request',
      request_id: id,
      path,
      status: 404,
      upstream: expect.stringMatching(/^unix:\/run\/replicas\/[0-9a-f]{12}\.sock$/),
    });
    expect(JSON.parse(line).request_time).toEqual(expect.any(Number));
    expect(line).not.toContain('secret');
  });

  test.each(['HTTP/1.1', 'HTTP/2'] as const)(
    'through twenty reloads every request by %s is answered',
    async (protocol) => {
      await using load = await startLoad({ connections: 8, pause: 5, postEvery: 5, protocol });
      for (let reload = 0; reload < 20; reload += 1) {
        const { gets, posts } = load.result;
        await docker('kill', '--signal', 'SIGHUP', `${project}-nginx-1`);
        await eventually('the load goes on', async () =>
          load.result.gets > gets + 50 && load.result.posts > posts + 10 ? true : undefined,
        );
      }
      expect((await load.stop()).failures).toEqual([]);
    },
  );

  test('an engine that hangs and reads no line: every request is answered all the same', async () => {
    const engine = Number(readFileSync('/var/run/docker.pid', 'utf8'));
    // 250 lines of 8 kB, as many a second as are logged: more than all pipes on their way hold.
    const long = `/${'x'.repeat(8_000)}`;
    process.kill(engine, 'SIGSTOP');
    try {
      for (let request = 0; request < 250; request += 1) {
        const answer = await fetch(base + long, { signal: AbortSignal.timeout(5_000) });
        expect(answer.status).toBe(404);
        await answer.bytes();
        await sleep(20);
      }
    } finally {
      process.kill(engine, 'SIGCONT');
    }
    const path = `/after-${Date.now()}`;
    await rawGet(path);
    await eventually('its line is logged', async () =>
      (await docker('logs', '--since', '1m', `${project}-nginx-1`)).includes(path) ? true : undefined,
    );
  });
});
