import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { lookAtAlerts } from '../../src/chaos/alerts.ts';

/** Something that answers as Prometheus does. */
async function answering(body: string) {
  const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return Object.assign(server, { at: `http://127.0.0.1:${port}` });
}

describe('the alerts of a stack', () => {
  test('each with its state', async () => {
    await using server = await answering(
      '{"status":"success","data":{"alerts":[{"labels":{"alertname":"RedisDown","store":"cache"},"annotations":{},"state":"pending","activeAt":"2026-01-01T00:00:00Z","value":"0"}]}}',
    );
    expect(await lookAtAlerts(server.at)).toEqual([{ name: 'RedisDown', state: 'pending' }]);
  });
  test('unknown where nobody answers, or something else does', async () => {
    await using server = await answering('hello');
    expect(await lookAtAlerts(server.at)).toBeUndefined();
    expect(await lookAtAlerts('http://127.0.0.1:1')).toBeUndefined();
  });
});
