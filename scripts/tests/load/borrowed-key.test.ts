import { expect, test } from '@jest/globals';
import { borrowKey } from '../../src/load/borrowed-key.ts';
import { startAnswering } from './answering.ts';

test('a key is made, and revoked at the end', async () => {
  await using service = await startAnswering([201, '{"id":7,"key":"sk_borrowed"}'], [204, '']);
  {
    await using borrowed = await borrowKey(service, 'sk_admin');
    expect(borrowed.key).toBe('sk_borrowed');
  }
  expect(service.asked).toEqual(['POST /keys', 'DELETE /keys/7']);
});

test('a service that refuses for a moment revokes it all the same; that one could not be revoked is said', async () => {
  const made: [number, string] = [201, '{"id":7,"key":"sk_borrowed"}'];
  await using service = await startAnswering(made, [503, ''], [204, ''], made, [500, 'broken']);
  await (await borrowKey(service, 'sk_admin'))[Symbol.asyncDispose]();
  expect(service.asked).toEqual(['POST /keys', 'DELETE /keys/7', 'DELETE /keys/7']);
  const left = await borrowKey(service, 'sk_admin');
  await expect(left[Symbol.asyncDispose]()).rejects.toThrow('load (id 7) was not revoked');
});

test('told to come again → comes again', async () => {
  await using service = await startAnswering([503, ''], [503, ''], [201, '{"id":7,"key":"sk_borrowed"}'], [204, '']);
  await using borrowed = await borrowKey(service, 'sk_admin');
  expect(borrowed.key).toBe('sk_borrowed');
});

test('a key that may make none is used itself; anything else is an error', async () => {
  await using service = await startAnswering([403, ''], [500, 'broken']);
  await using own = await borrowKey(service, 'sk_plain');
  expect(own.key).toBe('sk_plain');
  await expect(borrowKey(service, 'sk_admin')).rejects.toThrow('no key was made: 500 broken');
});
