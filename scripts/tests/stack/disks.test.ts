import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

// What node-exporter leaves out is a disk that nobody hears of when it fills up.

const file = join(import.meta.dirname, '..', '..', '..', 'docker-compose.yml');
const { services } = parse(readFileSync(file, 'utf8'), { merge: true }) as {
  services: Record<string, { command?: string[] }>;
};
const option = '--collector.filesystem.mount-points-exclude=';
const [excluded = ''] = (services['node-exporter']?.command ?? [])
  .filter((argument) => argument.startsWith(option))
  // Compose's way to write one.
  .map((argument) => new RegExp(argument.slice(option.length).replaceAll('$$', '$')));

test.each([
  ['/', true],
  ['/var/lib/docker', true],
  ['/var/lib/docker-data', true],
  ['/srv', true],
  ['/var/lib/docker/overlay2/0a1b/merged', false],
  ['/run/user/1000', false],
  ['/proc', false],
])('%s is watched: %s', (mountPoint, watched) =>
  expect([mountPoint, !mountPoint.match(excluded)]).toEqual([mountPoint, watched]),
);
