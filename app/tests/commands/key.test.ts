import { expect, test } from '@jest/globals';
import { key } from '../../src/commands/key.ts';
import { startTestService } from '../support/service.ts';

/** Runs the verb against a database, and answers what it printed. */
async function run(databaseUrl: string, ...argv: string[]): Promise<string[]> {
  const printed: string[] = [];
  const env = { DATABASE_URL: databaseUrl };
  expect(await key({ env, argv, process, print: (line) => printed.push(line) })).toBe(0);
  return printed;
}

const keyOf = (printed: string[]) => /^key (\d+)/.exec(printed[0] ?? '')?.[1] ?? '';

test('a key made by the command works on a running service until the command revokes it', async () => {
  await using service = await startTestService({ auth: true });
  const made = await run(service.databaseUrl, 'make', 'ci', '--scopes', 'read,write', '--rate-limit', '0');
  const ask = () =>
    fetch(`${service.url}/users/1`, { headers: { 'X-API-Key': made[1] ?? '' } }).then(({ status }) => status);
  expect(await ask()).toBe(404);
  expect(await run(service.databaseUrl, 'list')).toEqual([expect.stringMatching(/ {2}read,write {2}good {2}ci$/)]);
  await run(service.databaseUrl, 'revoke', keyOf(made));
  expect(await ask()).toBe(401);
  expect(await run(service.databaseUrl, 'list')).toEqual([expect.stringContaining('revoked')]);
});

test.each([
  [[], 'usage'],
  [['make', 'x', '--scopes', 'root'], 'scopes'],
  [['make', 'x', '--scopes', 'read', '--rate-limit', 'many'], 'rate_limit'],
  [['make', 'x', '--colour', 'red'], 'colour'],
  [['revoke', '1; drop table'], 'not a key'],
  [['revoke', '4711'], 'no key'],
])('the arguments %j are refused with a sentence', async (argv, sentence) => {
  await using service = await startTestService();
  await expect(run(service.databaseUrl, ...argv)).rejects.toThrow(sentence);
});

test('a database that does not answer: one sentence that says what to do', async () => {
  await expect(run('postgres://postgres@127.0.0.1:1/none', 'list')).rejects.toThrow('check DATABASE_URL');
});
