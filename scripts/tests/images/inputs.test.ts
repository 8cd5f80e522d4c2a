import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { inputsOf } from '../../src/images/inputs.ts';
import { stackSettings } from '../../src/settings.ts';

const dockerfile = readFileSync(join(import.meta.dirname, '..', '..', '..', 'Dockerfile'), 'utf8');
const name = inputsOf(dockerfile, 'database');

describe('the name of what Postgres runs in', () => {
  test('is the same for the same lines, and for words about them', () => {
    expect(name).toMatch(/^[0-9a-f]{12}$/);
    expect(inputsOf(dockerfile, 'database')).toBe(name);
    expect(inputsOf(dockerfile.replace('USER root\n', '# As root.\nUSER  root\n'), 'database')).toBe(name);
  });

  test('nothing that another image is made from is in it', () => {
    const other = dockerfile
      .replace('EXPOSE 8080', 'EXPOSE 8081')
      .replaceAll('node:26-trixie-slim', 'node:27-trixie-slim')
      .replaceAll('debian:trixie-slim', 'debian:forky-slim');
    expect(other).not.toBe(dockerfile);
    expect(inputsOf(other, 'database')).toBe(name);
  });

  test.each([
    ['a package', ['ca-certificates pgbackrest', 'ca-certificates pgbackrest zstd']],
    ["Debian's updates of a later month", ['ARG UPDATES=2026-11', 'ARG UPDATES=2026-12']],
    ['another Postgres', ['FROM postgres:17.11 AS', 'FROM postgres:17.12 AS']],
  ] as const)('is another with %s', (_what, [before, after]) => {
    expect(dockerfile).toContain(before);
    expect(inputsOf(dockerfile.replace(before, after), 'database')).not.toBe(name);
  });

  test('Postgres by a setting is the same as by its line', () => {
    const { fallback = '' } = stackSettings.find(({ name }) => name === 'POSTGRES_IMAGE') ?? {};
    expect(inputsOf(dockerfile, 'database', { POSTGRES_IMAGE: fallback })).toBe(name);
    expect(inputsOf(dockerfile, 'database', { POSTGRES_IMAGE: 'postgres:18.1' })).not.toBe(name);
  });

  test('a file of the project in it: refused, as its name would no longer say what it is', () => {
    const copying = dockerfile.replace('USER root\n', 'USER root\nCOPY app /srv/app\n');
    expect(() => inputsOf(copying, 'database')).toThrow('more than its lines');
  });
});

test.each(['app', 'autoscaler', 'certificates', 'backup', 'tools'])('%s is named by its content', (target) =>
  expect(inputsOf(dockerfile, target)).toBeUndefined(),
);
