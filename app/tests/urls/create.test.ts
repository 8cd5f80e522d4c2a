import { expect, test } from '@jest/globals';
import { startTestService } from '../support/service.ts';

test('a new url is answered with its code and can be read', async () => {
  await using service = await startTestService();
  const response = await fetch(`${service.url}/urls`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ original_url: 'https://example.com/a' }),
  });
  const body = await response.json();
  expect([response.status, body]).toEqual([201, expect.objectContaining({ original_url: 'https://example.com/a' })]);
  console.log(body);
  const again = await fetch(service.url + response.headers.get('location'));
  expect(await again.json()).toEqual(body);
});
