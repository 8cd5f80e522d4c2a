import { expect, test } from '@jest/globals';
import pg from 'pg';
import { CodeSecretRefused, fingerprintOf, makeSecret } from '../../src/codes/secret.ts';
import { call } from '../support/api.ts';
import { startTestService } from '../support/service.ts';
import { createTestDatabase } from '../support/stores.ts';

async function storedSecret(url: string): Promise<{ secret: string; fingerprint: string }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query('select secret, fingerprint from code_secrets')).rows[0];
  } finally {
    await client.end();
  }
}

test('two secrets that are made differ, and a fingerprint does not show its secret', () => {
  const secret = makeSecret();
  expect(secret).not.toBe(makeSecret());
  expect(fingerprintOf(secret)).toMatch(/^[0-9a-f]{16}$/);
});

test('a first start without CODE_SECRET makes one and keeps it with its fingerprint', async () => {
  await using service = await startTestService();
  const { secret, fingerprint } = await storedSecret(service.databaseUrl);
  expect(secret.length).toBeGreaterThan(40);
  expect(fingerprint).toBe(fingerprintOf(secret));
});

test('a first start with CODE_SECRET keeps that one', async () => {
  await using service = await startTestService({ codeSecret: 'the one that was given' });
  expect((await storedSecret(service.databaseUrl)).secret).toBe('the one that was given');
});

test('later starts with the same CODE_SECRET, or with none, go on', async () => {
  await using database = await createTestDatabase();
  for (const codeSecret of ['the one that was given', 'the one that was given', undefined]) {
    await using service = await startTestService({ databaseUrl: database.url, codeSecret });
    const made = await call(service, 'POST', '/urls', { original_url: 'https://example.com/' });
    expect(made.status).toBe(201);
  }
});

test('a later start with another CODE_SECRET is refused, with both fingerprints and neither secret', async () => {
  await using database = await createTestDatabase();
  await using _ = await startTestService({ databaseUrl: database.url, codeSecret: 'the one that was given' });
  const refused = await startTestService({ databaseUrl: database.url, codeSecret: 'some other secret' }).catch(
    (error: unknown) => error,
  );
  expect(refused).toBeInstanceOf(CodeSecretRefused);
  const { message } = refused as Error;
  for (const secret of ['the one that was given', 'some other secret']) {
    expect(message).toContain(fingerprintOf(secret));
    expect(message).not.toContain(secret);
  }
});

test('of replicas that start first at once, all make codes with one secret', async () => {
  await using database = await createTestDatabase();
  await using stack = new AsyncDisposableStack();
  const start = () => startTestService({ databaseUrl: database.url });
  const services = await Promise.all([start(), start(), start()]);
  for (const service of services) stack.use(service);
  const made = services.map((service) => call(service, 'POST', '/urls', { original_url: 'https://example.com/' }));
  expect((await Promise.all(made)).map(({ status }) => status)).toEqual([201, 201, 201]);
});
