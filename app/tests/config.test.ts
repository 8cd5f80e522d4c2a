import { expect, test } from '@jest/globals';
import pg from 'pg';
import { jsonLimits, uploadLimits } from '../src/compose/body-limits.ts';
import { needsKey, publicAddress, readConfig } from '../src/config.ts';
import { settings } from '../src/config-table.ts';
import { createBodyRoom } from '../src/http/body-room.ts';

const noFile = (path: string): string => {
  throw new Error(`no such file: ${path}`);
};
const read = (env: Record<string, string>) => readConfig(env, noFile);
const problemsOf = (env: Record<string, string>) => {
  const result = read(env);
  return result.kind === 'problems' ? result.problems : [];
};

function configOf(env: Record<string, string>) {
  const result = read(env);
  if (result.kind === 'problems') throw new Error(result.problems.join('\n'));
  return result.config;
}

test('an empty environment: every setting has a default that is allowed', () => {
  expect(configOf({})).toMatchObject({
    port: 8080,
    host: '127.0.0.1',
    rateLimit: true,
    auth: undefined,
    corsOrigins: [],
  });
});

test('what a client has for a request: 30 s for its body, 90 s for an upload, of its own time', () => {
  const config = configOf({});
  const room = createBodyRoom({ bytes: 1, collect: () => {} });
  expect(jsonLimits(config, room)).toMatchObject({ bytes: 262_144, wait: 30_000 });
  expect(uploadLimits(config, room)).toMatchObject({ bytes: 33_554_432, wait: 90_000 });
});

test('every problem is reported at once, with name, value seen and what is allowed', () => {
  const problems = problemsOf({ PORT: 'http', LOG_LEVEL: 'loud', RATE_LIMIT: 'maybe' });
  expect(problems).toEqual([
    'PORT: "http" is not allowed; allowed: a whole number from 0 to 65535',
    'RATE_LIMIT: "maybe" is not allowed; allowed: on or off',
    'LOG_LEVEL: "loud" is not allowed; allowed: error, warn, info or debug',
  ]);
});

test('the value of a secret is never shown', () => {
  const problems = problemsOf({
    API_KEY: 'short',
    DATABASE_URL: 'mysql://me:password@host',
    CHAOS_TOKEN: 'has a blank in it',
  });
  expect(problems).toHaveLength(3);
  expect(problems.join()).not.toMatch(/"short"|password|has a blank/);
});

test.each([
  'postgres://u:p@h:notaport/db',
  'postgres://u:p@h:70000/db',
  'postgres://u:p@one:5432,other:5432/db',
  'postgres://u:p@h/db?port=notaport',
  'postgres://u:%ff@h/db',
  'postgres://u:p@[::1/db',
  'mysql://h/db',
])('DATABASE_URL=%s is told as every problem is, and not shown', (value) => {
  expect(problemsOf({ DATABASE_URL: value })).toEqual([
    'DATABASE_URL: the value given (secret, not shown) is not allowed; allowed: a postgres:// URL, or empty',
  ]);
});

test.each([
  'postgres://h',
  'postgresql://u:p@h:5432/db?sslmode=require',
  'postgres://u:p@[::1]:5432/db',
  'postgres://u:100%@h/db',
  'postgres://u:%2F%40@h/db',
  'postgres:///db',
  'postgres:///db?host=/run/postgresql',
  'postgres://postgres@/shortstack?host=%2Frun%2Fa%20folder&port=5432',
  'postgres://u:p@%2Frun%2Fpostgresql/db',
])('DATABASE_URL=%s is one that the driver reads', (value) => {
  expect(configOf({ DATABASE_URL: value }).databaseUrl).toBe(value);
  expect(() => new pg.Client({ connectionString: value })).not.toThrow();
});

test('a _FILE twin gives the value of its file, without the newline at its end', () => {
  const files: Record<string, string> = { '/run/secrets/key': 'a-key-from-a-file\n' };
  const result = readConfig({ API_KEY_FILE: '/run/secrets/key' }, (path) => files[path] ?? noFile(path));
  expect(result).toMatchObject({ kind: 'ok', config: { apiKey: 'a-key-from-a-file' } });
});

test('a file that cannot be read and a setting given twice are problems', () => {
  expect(problemsOf({ API_KEY_FILE: '/none' })).toEqual([expect.stringContaining('API_KEY_FILE: cannot read /none')]);
  expect(problemsOf({ PORT: '1', PORT_FILE: '/none' })).toEqual([expect.stringContaining('both set')]);
});

test.each([
  ['https://app.example, http://localhost:3000', ['https://app.example', 'http://localhost:3000']],
  ['*', ['*']],
  ['', []],
])('CORS_ORIGINS=%j', (value, expected) => {
  expect(configOf({ CORS_ORIGINS: value }).corsOrigins).toEqual(expected);
});

test.each(['https://app.example/', 'app.example', 'https://*.example'])('CORS_ORIGINS=%s is no origin', (value) => {
  expect(problemsOf({ CORS_ORIGINS: value })).toHaveLength(1);
});

test.each([
  ['127.0.0.1', '', false],
  ['::1', '', false],
  ['localhost', '', false],
  ['0.0.0.0', '', true],
  ['::', '', true],
  ['192.0.2.1', '', true],
  ['0.0.0.0', 'off', false],
  ['127.0.0.1', 'on', true],
])('HOST=%s and AUTH=%j: keys needed is %s', (HOST, AUTH, expected) => {
  expect(needsKey(configOf({ HOST, AUTH }))).toBe(expected);
});

test.each([
  [{}, 'http://127.0.0.1:8080'],
  [{ HOST: '::1', PORT: '81' }, 'http://[::1]:81'],
  [{ BASE_URL: 'https://sho.rt/' }, 'https://sho.rt'],
])('%j: short links begin with %s', (env, expected) => {
  expect(publicAddress(configOf(env))).toBe(expected);
});

test('names are unique, and each setting says what it means', () => {
  const rows = Object.values(settings);
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  for (const { meaning, schema } of rows)
    expect([meaning, schema.description]).toEqual([expect.stringMatching(/\.$/), expect.any(String)]);
});

test.each([
  ['TRUE', true],
  ['false', false],
])('OTEL_SDK_DISABLED=%s', (value, expected) => {
  expect(configOf({ OTEL_SDK_DISABLED: value }).otelDisabled).toBe(expected);
});

const tracing = (env: Record<string, string>) =>
  Object.fromEntries(Object.entries(configOf(env)).filter(([key]) => /^(otel|otlp|batch)/.test(key)));

test('an empty setting of OpenTelemetry counts as not set, also from a file', () => {
  const names = Object.values(settings).flatMap(({ name }) => (name.startsWith('OTEL_') ? [name] : []));
  expect(names).toContain('OTEL_TRACES_SAMPLER_ARG');
  expect(tracing(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(tracing({}));
  const result = readConfig({ OTEL_TRACES_SAMPLER_ARG_FILE: '/share' }, () => '\n');
  expect(result).toMatchObject({ kind: 'ok', config: { otelSamplerArg: 0.01 } });
});

test.each([
  ['0', 0],
  ['1', 1],
  ['.5', 0.5],
  ['0.010', 0.01],
  ['1e-3', 0.001],
])('OTEL_TRACES_SAMPLER_ARG=%s', (value, expected) => {
  expect(configOf({ OTEL_TRACES_SAMPLER_ARG: value }).otelSamplerArg).toBe(expected);
});

test.each([' ', '1.1', '-0.1', '0x1', 'NaN', 'half'])('OTEL_TRACES_SAMPLER_ARG=%j is no share', (value) => {
  expect(problemsOf({ OTEL_TRACES_SAMPLER_ARG: value })).toEqual([
    `OTEL_TRACES_SAMPLER_ARG: ${JSON.stringify(value)} is not allowed; allowed: a number from 0 to 1`,
  ]);
});

test('more spans at once than may wait are refused; where nothing is set of the batch it follows the queue', () => {
  expect(problemsOf({ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '600', OTEL_BSP_MAX_QUEUE_SIZE: '599' })).toEqual([
    'OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "600" is not allowed; allowed: a whole number from 1 to OTEL_BSP_MAX_QUEUE_SIZE, or empty',
  ]);
  expect(configOf({ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '600', OTEL_BSP_MAX_QUEUE_SIZE: '600' }).batchSize).toBe(600);
  expect(configOf({ OTEL_BSP_MAX_QUEUE_SIZE: '100' })).toMatchObject({ batchQueue: 100, batchSize: undefined });
});

test.each([
  ...['https://sho.rt/?a=b', 'https://sho.rt/?', 'https://sho.rt/#top', 'https://sho.rt/#'],
  ...['https://me@sho.rt', 'https://me:secret@sho.rt', 'ftp://sho.rt', 'sho.rt'],
])('BASE_URL=%s: short links cannot begin with it', (value) => {
  expect(problemsOf({ BASE_URL: value })).toEqual([
    `BASE_URL: ${JSON.stringify(value.replace(/me.*@/, '…@'))} is not allowed; allowed: an http or https URL without query, fragment and credentials, or empty`,
  ]);
});
