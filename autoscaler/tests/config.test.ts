import { describe, expect, test } from '@jest/globals';
import { type Environment, readSettings } from '../src/config.ts';
import { table } from '../src/config-table.ts';

const files: Record<string, string> = { '/max': '7\n', '/env': 'AUTOSCALER_MAX=9\nAUTOSCALER_MIN=3\n' };
const readFile = (path: string): string => {
  const text = files[path];
  if (text === undefined) throw new Error('no such file');
  return text;
};
const read = (env: Environment) => readSettings({ AUTOSCALER_PROJECT: 'demo', ...env }, readFile);
const problems = (env: Environment) => {
  const result = read(env);
  return result.kind === 'problems' ? result.problems : [];
};

describe('usable', () => {
  test('only the project set → the defaults of the design, in milliseconds, shares and bytes', () => {
    expect(read({})).toMatchObject({
      kind: 'ok',
      settings: {
        min: 2,
        max: 5,
        target: 0.6,
        tick: 2_000,
        upWindow: 3_000,
        downWindow: 60_000,
        upStep: 2,
        upPeriod: 5_000,
        downStep: 1,
        downPeriod: 20_000,
        warmPaths: ['/health'],
      },
    });
  });

  test('a _FILE twin → its content, without the end of the line', () => {
    expect(read({ AUTOSCALER_MAX_FILE: '/max' })).toMatchObject({ settings: { max: 7 } });
  });

  test('a settings file → goes before the environment', () => {
    const env = { AUTOSCALER_ENV_FILE: '/env', AUTOSCALER_MAX: '4' };
    expect(read(env)).toMatchObject({ settings: { max: 9, min: 3 } });
  });
});

describe('not usable', () => {
  test('several problems → all of them at once', () => {
    const found = problems({
      AUTOSCALER_PROJECT: '',
      AUTOSCALER_MIN: 'two',
      AUTOSCALER_MODE: 'fast',
      AUTOSCALER_MAX_FILE: '/none',
    });
    expect(found).toHaveLength(4);
    expect(found.join('\n')).toMatch(/AUTOSCALER_PROJECT: "" is not allowed/);
  });

  test.each([
    ['min above max', { AUTOSCALER_MIN: '6' }, /AUTOSCALER_MIN \(6\) is more than/],
    ['windows the wrong way round', { AUTOSCALER_UP_WINDOW_SECONDS: '90' }, /it would flap/],
    [
      'too few connections',
      { AUTOSCALER_CONNECTIONS: '10', AUTOSCALER_CONNECTIONS_PER_REPLICA: '9' },
      /not enough for/,
    ],
    ['a value and its file', { AUTOSCALER_MAX: '5', AUTOSCALER_MAX_FILE: '/max' }, /both set/],
    ['a settings file that is not there', { AUTOSCALER_ENV_FILE: '/none' }, /cannot read \/none/],
    ['a template without servers', { AUTOSCALER_UPSTREAM_TEMPLATE: 'upstream app {}' }, /\{\{servers\}\}/],
    ['nginx syntax in parameters', { AUTOSCALER_SERVER_PARAMETERS: 'weight=1; }' }, /parameters of a server/],
    ['a path that is none', { AUTOSCALER_WARM_PATHS: 'health' }, /begin with/],
    ['a number out of range', { AUTOSCALER_CPU_RESERVE: '-1' }, /a number from 0/],
  ])('%s', (_what, env, message) => {
    expect(problems(env).join('\n')).toMatch(message);
  });
});

test('each setting has a name of its own, a meaning, and what is allowed', () => {
  const rows = Object.values(table);
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  for (const { meaning, name, schema } of rows) {
    expect(name).toMatch(/^AUTOSCALER_[A-Z0-9_]+$/);
    expect(meaning).toMatch(/\.$/);
    expect(schema.description).toBeTruthy();
  }
});
