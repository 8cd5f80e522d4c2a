import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { borrowKey } from '../../src/load/borrowed-key.ts';

/** A service that answers requests one after the other with these. */
async function startAnswering(...answers: [status: number, body: string][]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const [status, body] = answers[asked.length - 1] ?? [500, ''];
    response.writeHead(status).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    asked,
    target: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('a key is made, and revoked at the end', async () => {
  await using service = await startAnswering([201, '{"id":7,"key":"sk_borrowed"}'], [204, '']);
  {
    await using borrowed = await borrowKey(service, 'sk_admin');
    expect(borrowed.key).toBe('sk_borrowed');
  }
  expect(service.asked).toEqual(['POST /keys', 'DELETE /keys/7']);
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
