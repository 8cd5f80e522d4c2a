import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { changeGrafanaPassword } from '../../src/secrets/grafana.ts';

/** As Grafana's page on its API says: PUT /api/user/password. */
let password = 'old';
const grafana = createServer(async (request, response) => {
  const [name, given] = Buffer.from(request.headers.authorization?.split(' ')[1] ?? '', 'base64')
    .toString()
    .split(':');
  const asked = JSON.parse(await text(request)) as Record<string, string>;
  const right = name === 'admin' && given === password && asked['oldPassword'] === password;
  if (`${request.method} ${request.url}` === 'PUT /api/user/password' && right) password = asked['newPassword'] ?? '';
  response.writeHead(right ? 200 : 401).end();
});
let base = '';
beforeAll(async () => {
  grafana.listen(0, '127.0.0.1');
  await once(grafana, 'listening');
  base = `http://127.0.0.1:${(grafana.address() as AddressInfo).port}`;
});
afterAll(() => void grafana.close());

test('it takes the new password for the old one, and says so when it does not', async () => {
  await changeGrafanaPassword(base, ['old'], 'new');
  expect(password).toBe('new');
  await expect(changeGrafanaPassword(base, ['old'], 'newer')).rejects.toThrow('answers 401');
  expect(password).toBe('new');
});
