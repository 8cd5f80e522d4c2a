import { expect, test } from '@jest/globals';
import { deliveryMark, deliverySecrets, tellsSomebody } from '../../src/secrets/delivery.ts';

test('nothing set → empty files, so that the containers find what they mount, and nobody is told', () => {
  expect(deliverySecrets({})).toEqual({ smtp_password: '', discord_webhook_url: '', heartbeat_url: '' });
  expect(tellsSomebody({})).toBe(false);
  expect(tellsSomebody({ SMTP_HOST: 'mail.example' })).toBe(false);
});

test('mail with somebody to write to, or a chat → somebody is told', () => {
  expect(tellsSomebody({ SMTP_HOST: 'mail.example', SMTP_TO: 'me@example.com' })).toBe(true);
  expect(tellsSomebody({ DISCORD_WEBHOOK_URL: 'https://chat.example/hook' })).toBe(true);
});

test('another password → another mark, which does not hold it', () => {
  const mark = deliveryMark({ SMTP_PASSWORD: 'one' });
  expect(deliveryMark({ SMTP_PASSWORD: 'one' })).toBe(mark);
  expect(deliveryMark({ SMTP_PASSWORD: 'two' })).not.toBe(mark);
  expect(mark).toMatch(/^[0-9a-f]{12}$/);
});
