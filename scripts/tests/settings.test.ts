import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readStackSettings, stackSettings } from '../src/settings.ts';

const root = join(import.meta.dirname, '..', '..');
const composeFile = readFileSync(join(root, 'docker-compose.yml'), 'utf8');

describe('the table of the stack', () => {
  test('nothing set: every setting has its default, and all defaults are allowed', () => {
    const result = readStackSettings({});
    expect(result).toMatchObject({ kind: 'ok', values: { HTTP_PORT: '80', DOMAIN: '', EDGE_LIMIT: 'on' } });
  });

  test('several are wrong: all are named at once, a secret without its value', () => {
    const result = readStackSettings({
      HTTP_PORT: '99999',
      EDGE_NETWORK: 'x',
      API_KEY: 'short',
      DOMAIN: 'short.example',
    });
    expect(result.kind).toBe('problems');
    const text = result.kind === 'problems' ? result.problems.join('\n') : '';
    for (const name of ['HTTP_PORT', 'EDGE_NETWORK', 'API_KEY', 'ACME_EMAIL']) expect(text).toContain(name);
    expect(text).not.toContain('"short"');
  });

  test('the same port twice is refused', () => {
    expect(readStackSettings({ HTTP_PORT: '8080', HTTPS_PORT: '8080' })).toMatchObject({ kind: 'problems' });
  });

  test('Postgres takes the connections of all replicas, of two more while a release rolls, and the reserve', () => {
    const number = (pattern: RegExp) => Number(pattern.exec(composeFile)?.[1]);
    const total = number(/-cmax_connections=(\d+)/);
    const replicas = number(/AUTOSCALER_MAX:-(\d+)/) + 2;
    const each = number(/CONNECTIONS_PER_REPLICA:-(\d+)/);
    expect(total).toBeGreaterThanOrEqual(replicas * each + number(/AUTOSCALER_CONNECTIONS_RESERVE: '(\d+)'/));
    expect(number(/AUTOSCALER_CONNECTIONS: '(\d+)'/)).toBe(total);
    const { connections } = JSON.parse(readFileSync(join(root, 'docs', 'capacity.json'), 'utf8'));
    expect(connections.most).toBe(total);
  });

  test('a default in docker-compose.yml is the default of the table', () => {
    const defaults = [...composeFile.matchAll(/\$\{([A-Z_]+):-([^}]*)\}/g)];
    const table = new Map(stackSettings.map(({ name, fallback }) => [name, fallback]));
    const built = new Set([
      'APP_IMAGE',
      'AUTOSCALER_IMAGE',
      'BACKUP_IMAGE',
      'CERTIFICATES_IMAGE',
      'DATABASE_IMAGE',
      // Named after the project.
      'POSTGRES_VOLUME',
    ]);
    for (const [, name = '', fallback] of defaults)
      if (table.has(name) && !built.has(name)) expect([name, fallback]).toEqual([name, table.get(name)]);
    expect(defaults.length).toBeGreaterThan(20);
  });
});
