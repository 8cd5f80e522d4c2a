import { describe, expect, test } from '@jest/globals';
import { lookAtAlerts } from '../../src/chaos/alerts.ts';
import { answering } from './answering.ts';

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
