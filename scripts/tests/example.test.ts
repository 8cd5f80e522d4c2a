import { expect, test } from '@jest/globals';
import { type ExampleRow, exampleFile } from '../src/example.ts';

const row = (name: string, change: Partial<ExampleRow> = {}): ExampleRow => ({
  name,
  schema: { description: 'on or off' },
  fallback: 'on',
  meaning: 'What it does.',
  ...change,
});
const composeFile = '      PASSED: $' + '{PASSED:-on}\n      FIXED: on\n';
const made = (tables: Partial<Parameters<typeof exampleFile>[0]>) =>
  exampleFile({ stack: [], service: [], autoscaler: [], ...tables }, composeFile);

test('a setting: meaning, what is allowed, the default, commented out', () =>
  expect(made({ service: [row('PASSED', { unit: 's' })] })).toContain(
    '# What it does.\n# Allowed: on or off; s\n# PASSED=on\n',
  ));

test("the default is the stack's, where docker-compose.yml gives it another", () =>
  expect(made({ service: [row('PASSED', { fallback: 'off' })] })).toContain('# PASSED=on'));

test('one that docker-compose.yml fixes says that .env does not reach it; one of the stack never does', () => {
  expect(made({ service: [row('FIXED')] })).toContain('# Not in the stack: docker-compose.yml decides.\n# FIXED=on\n');
  expect(made({ stack: [row('FIXED')] })).not.toContain('Not in the stack');
});

test('a name that the stack and the service have is there once, as the stack means it', () => {
  const text = made({ stack: [row('API_KEY', { meaning: 'Of the stack.' })], service: [row('API_KEY')] });
  expect(text.match(/API_KEY=/g)).toHaveLength(1);
  expect(text).toContain('Of the stack.');
});

test('a default of several lines stays out of a file of lines', () =>
  expect(made({ autoscaler: [row('TEXT', { fallback: 'a\nb' })] })).toContain('# TEXT=(of several lines'));
