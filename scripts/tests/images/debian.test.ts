import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { debianImages, plannedBuilds } from '../../src/images/debian.ts';
import { readStackSettings } from '../../src/settings.ts';

const defaults = () => {
  const result = readStackSettings({});
  return result.kind === 'ok' ? result.values : {};
};

describe('images from Debian packages', () => {
  test('the defaults: one build for each name, though cache and queue share one', () =>
    expect(plannedBuilds(defaults(), 'core')).toEqual([
      { folder: 'nginx', tag: 'nginx:1.30.6' },
      { folder: 'postgres', tag: 'postgres:17.11' },
      { folder: 'valkey', tag: 'valkey/valkey:9.1.2' },
    ]));

  test('monitoring: its exporters are targets of one folder, and what is compiled is for the full profile alone', () => {
    const folders = (profile: 'observability' | 'full') =>
      plannedBuilds(defaults(), profile).map(({ folder }) => folder);
    expect(folders('observability').filter((folder) => folder === 'exporters')).toHaveLength(5);
    expect(folders('observability')).not.toContain('go');
    expect(folders('full').filter((folder) => folder === 'go')).toHaveLength(3);
  });

  test('Redis in place of Valkey is built as Redis', () =>
    expect(plannedBuilds({ ...defaults(), QUEUE_IMAGE: 'redis:8.0.6' }, 'core')).toContainEqual({
      folder: 'redis',
      tag: 'redis:8.0.6',
    }));

  test('an image that nothing stands in for is left to the registry', () =>
    expect(plannedBuilds({ NGINX_IMAGE: 'registry.example:5000/nginx:1.30' }, 'core')).toEqual([]));

  test('each folder has a Dockerfile', () => {
    for (const { folder } of debianImages)
      expect(existsSync(join(import.meta.dirname, '..', '..', 'images', folder, 'Dockerfile'))).toBe(true);
  });
});
