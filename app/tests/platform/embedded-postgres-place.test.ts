import { expect, test } from '@jest/globals';
import pg from 'pg';
import { embeddedPlace } from '../../src/platform/embedded-postgres-place.ts';

test('a short path: the socket is in the data folder, and pg reads the url so', () => {
  const { url, cluster, socketDir } = embeddedPlace('/srv/links & more');
  expect(cluster).toBe('/srv/links & more/postgres');
  expect(socketDir).toBe('/srv/links & more/run');
  const client = new pg.Client({ connectionString: url });
  expect(client).toMatchObject({ host: socketDir, port: 5432, user: 'postgres', database: 'shortstack' });
});

test('a relative path is the same place as its absolute one', () => {
  expect(embeddedPlace('.data')).toEqual(embeddedPlace(`${process.cwd()}/.data`));
});

test.each([
  [`/${'x'.repeat(200)}`, `/${'y'.repeat(200)}`],
  [`/${'é'.repeat(50)}`, `/${'è'.repeat(50)}`],
])('long paths have a short socket path each of its own', (one, other) => {
  const sockets = [embeddedPlace(one).socketDir, embeddedPlace(other).socketDir];
  expect(new Set(sockets).size).toBe(2);
  for (const socket of sockets) expect(Buffer.byteLength(`${socket}/.s.PGSQL.5432`)).toBeLessThanOrEqual(103);
});

test('a temporary folder with a long path too: one sentence', () => {
  expect(() => embeddedPlace(`/${'x'.repeat(200)}`, '5432', `/${'t'.repeat(100)}`)).toThrow('too long for a socket');
});
