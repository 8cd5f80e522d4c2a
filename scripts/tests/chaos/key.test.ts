import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createJournal } from '../../src/chaos/journal.ts';
import { borrowNotedKey, revokeKey } from '../../src/chaos/key.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drill-key-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Key = { id: number; name: string; revoked_at: string | null };

/** A service with keys, which tells the first few to come again; `onMade` looks at the moment in which one is made. */
async function startService({ keys = [] as Key[], refusals = 0, onMade = async () => {} } = {}) {
  let left = refusals;
  const server = createServer(async (request, response) => {
    left -= 1;
    if (left >= 0) return void response.writeHead(503).end();
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://here');
    if (request.method === 'GET') {
      const from = (Number(searchParams.get('page')) - 1) * 100;
      return void response.writeHead(200).end(JSON.stringify(keys.slice(from, from + 100)));
    }
    if (request.method === 'DELETE') {
      const found = keys.find(({ id }) => pathname === `/keys/${id}`);
      if (found) found.revoked_at = 'now';
      return void response.writeHead(found ? 204 : 404).end();
    }
    await onMade();
    const { name } = JSON.parse(Buffer.concat(await request.toArray()).toString()) as Key;
    keys.push({ id: keys.length + 1, name, revoked_at: null });
    return void response.writeHead(201).end(JSON.stringify({ id: keys.length, key: 'sk_borrowed' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    keys,
    lender: {
      service: { target: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
      adminKey: 'sk_admin',
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const good = (keys: readonly Key[]) => keys.filter(({ revoked_at }) => revoked_at === null).map(({ name }) => name);

describe('the key of a drill', () => {
  test('its name is on disk before it is made; given back, neither is left', async () => {
    const notes = createJournal(join(folder, 'given-back.json'));
    const noted: unknown[] = [];
    await using service = await startService({ onMade: async () => void noted.push(...(await notes.read())) });
    {
      await using borrowed = await borrowNotedKey({ lender: service.lender, notes, print: () => {} });
      expect(borrowed.key).toBe('sk_borrowed');
      expect(noted).toEqual([{ kind: 'revoke-key', name: good(service.keys)[0] }]);
    }
    expect([good(service.keys), await notes.read()]).toEqual([[], []]);
  });
  test('one of a run that was cut off is found by its name among many, also where the service is only coming back', async () => {
    const others = Array.from({ length: 150 }, (_, at) => ({ id: at + 1, name: `other ${at}`, revoked_at: null }));
    const keys = [...others, { id: 151, name: 'drill-1', revoked_at: null }];
    await using service = await startService({ keys, refusals: 2 });
    await revokeKey(service.lender, 'drill-1');
    expect(good(service.keys)).toEqual(others.map(({ name }) => name));
  });
  test('one that was never made, or is gone already, is no key to revoke', async () => {
    await using service = await startService({ keys: [{ id: 1, name: 'drill-1', revoked_at: 'before' }] });
    await revokeKey(service.lender, 'drill-1');
    await revokeKey({ ...service.lender, adminKey: '' }, 'drill-1');
    expect(service.keys).toEqual([{ id: 1, name: 'drill-1', revoked_at: 'before' }]);
  });
});
