import { expect, test } from '@jest/globals';
import { newKey, presentKey } from '../../src/access/presentation.ts';

const row = {
  id: 3,
  name: 'ci',
  prefix: 'ssk_abcdef',
  hash: Buffer.from('a secret hash'),
  scopes: ['read' as const],
  rate_limit: null,
  created_at: new Date('2026-01-02T03:04:05.678Z'),
  last_used_at: null,
  revoked_at: new Date('2026-02-02T00:00:00Z'),
};

test('a key as shown: RFC 3339 in UTC, and not its hash', () => {
  expect(presentKey(row)).toEqual({
    id: 3,
    name: 'ci',
    prefix: 'ssk_abcdef',
    scopes: ['read'],
    rate_limit: null,
    created_at: '2026-01-02T03:04:05.678Z',
    last_used_at: null,
    revoked_at: '2026-02-02T00:00:00.000Z',
  });
});

test('a request for a key may leave its limit out, and may not ask for scopes that there are not', () => {
  expect(newKey.safeParse({ name: 'ci', scopes: ['read', 'admin'] }).success).toBe(true);
  expect(newKey.safeParse({ name: 'ci', scopes: ['read'], rate_limit: null }).success).toBe(true);
  expect(newKey.safeParse({ name: 'ci', scopes: ['root'] }).success).toBe(false);
});
