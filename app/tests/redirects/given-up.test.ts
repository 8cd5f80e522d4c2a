import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { expectEachOnce } from '../clicks/history.ts';
import { openRaw } from '../support/raw.ts';
import { startReplica } from '../support/replica.ts';
import { createTestDatabase } from '../support/stores.ts';
import { makeLink } from './links.ts';

const request = (code: string, id: string, at: number): string =>
  [`GET /${code} HTTP/1.1`, 'Host: sho.rt', `X-Request-ID: ${id}`, `X-Request-Start: t=${(at / 1_000).toFixed(3)}`]
    .concat('', '')
    .join('\r\n');

test('a replica hung, and the edge gave its request to another one: when it goes on, it counts no click', async () => {
  await using database = await createTestDatabase();
  await using replica = await startReplica({ RATE_LIMIT: 'off', TRUST_PROXY: 'on', DATABASE_URL: database.url });
  const { code } = await makeLink(replica, 'https://example.com/');
  const twoSecondsAgo = Date.now() - 2_000;

  replica.child.kill('SIGSTOP');
  using taken = await openRaw(replica.url);
  taken.write(request(code, 'taken-back', twoSecondsAgo));
  using awaited = await openRaw(replica.url);
  awaited.write(request(code, 'second-try', twoSecondsAgo));
  taken.socket.end();
  await once(taken.socket, 'finish'); // Only now is the closing on its way: before, the replica could answer first.
  replica.child.kill('SIGCONT');

  expect(await awaited.received(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 302 /);
  const { status, request_id: id } = await replica.line((line) => line['status'] === 499);
  expect([status, id]).toEqual([499, 'taken-back']);
  expect(await taken.closed).toBe('');
  expect(await expectEachOnce(database.url, new Set(['second-try']))).toBe(0);
});

test('without a trusted edge before it, what a client says of the time changes nothing', async () => {
  await using database = await createTestDatabase();
  await using replica = await startReplica({ RATE_LIMIT: 'off', TRUST_PROXY: 'off', DATABASE_URL: database.url });
  const { code } = await makeLink(replica, 'https://example.com/');
  using gone = await openRaw(replica.url);
  gone.write(request(code, 'gone', Date.now() - 2_000));
  gone.socket.end();
  await gone.closed;
  expect(await expectEachOnce(database.url, new Set(['gone']))).toBe(0);
});
