import { expect, test } from '@jest/globals';
import { welcome } from '../../src/commands/welcome.ts';
import { paste } from '../support/curl.ts';
import { startTestService } from '../support/service.ts';

const facts = {
  config: { auth: undefined, host: '127.0.0.1', baseUrl: undefined, apiKey: undefined },
  port: 8080,
  firstKey: undefined,
  data: '.data',
};
const said = (more: Partial<Parameters<typeof welcome>[0]>): string => welcome({ ...facts, ...more }).join('\n');

test('on loopback: no key is needed, and the curl has none', () => {
  expect(said({})).toContain('not needed');
  expect(said({})).not.toContain('Authorization');
  expect(said({})).not.toContain('Admin key');
});

test('a first key: shown, and in the curl where keys are needed', () => {
  expect(said({ firstKey: 'ssk_new' })).toMatch(/Admin key +ssk_new/);
  const config = { ...facts.config, auth: true };
  expect(said({ config, firstKey: 'ssk_new' })).toContain('-H "Authorization: Bearer ssk_new"');
});

test('no first key, and keys are needed: a place for it, and how to make another', () => {
  const config = { ...facts.config, auth: true };
  expect(said({ config })).toContain("'Authorization: Bearer %s' YOUR_KEY |");
  expect(said({ config })).toContain('npm run key -- make');
});

test('API_KEY is set: the curl takes it from the environment, by a pipe, and nothing prints it', async () => {
  const apiKey = 'a-secret-of-somebody';
  await using service = await startTestService({ auth: true, apiKey });
  const text = said({ config: { ...facts.config, auth: true, apiKey } });
  expect(text).not.toContain(apiKey);
  const [line = ''] = /^ .*curl.*$/m.exec(text) ?? [];
  // As a word of curl everybody on the machine could read it.
  expect(line).not.toMatch(/curl.*API_KEY/);
  expect((await paste(`API_KEY=${apiKey}; ${line}`, service.url)).status).toBe(201);
});

test.each([
  ['0.0.0.0', 'http://127.0.0.1:8080'],
  ['::', 'http://[::1]:8080'],
  ['::1', 'http://[::1]:8080'],
  ['links.example', 'http://links.example:8080'],
])('HOST=%s: %s', (host, address) => {
  const text = said({ config: { ...facts.config, host, baseUrl: 'https://sho.rt' } });
  expect(text).toContain(`up: ${address}\n`);
  expect(text).toMatch(/Links +https:\/\/sho\.rt/);
});
