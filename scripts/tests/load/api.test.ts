import { expect, test } from '@jest/globals';
import { createApi } from '../../src/load/api.ts';
import { startAnswering } from './answering.ts';

const row = '[{"id":1,"short_code":"a","click_count":7}]';

test('a list that a loaded service refuses is asked for again', async () => {
  await using service = await startAnswering([503, ''], [200, row]);
  const api = createApi({ service, key: 'sk', signal: new AbortController().signal });
  expect(await Array.fromAsync(api.urlsOf(3))).toEqual(JSON.parse(row));
});

test('anything else that is no success is an error; after the signal nothing is asked', async () => {
  await using service = await startAnswering([500, 'broken'], [200, row]);
  const interrupt = new AbortController();
  const api = createApi({ service, key: 'sk', signal: interrupt.signal });
  await expect(Array.fromAsync(api.urlsOf(3))).rejects.toThrow('answered 500: broken');
  interrupt.abort(new Error('interrupted'));
  await expect(api.makeUser('one')).rejects.toThrow();
  expect(service.asked).toHaveLength(1);
});
