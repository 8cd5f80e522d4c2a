import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const file = join(import.meta.dirname, '..', '..', '..', 'docker-compose.yml');
type Service = { healthcheck?: { test?: string[]; disable?: boolean; interval?: string } };
const { services } = parse(readFileSync(file, 'utf8'), { merge: true }) as { services: Record<string, Service> };

/** Their images hold nothing that could ask, and their programs cannot ask themselves. */
const mute = ['collector', 'nginx-exporter', 'redis-exporter'];

test('every service says whether it is well, but those that cannot', () =>
  expect(
    Object.entries(services)
      .filter(([, { healthcheck }]) => !healthcheck)
      .map(([name]) => name)
      .toSorted(),
  ).toEqual(mute));

test('each check has a program to run and a time after which it runs again', () => {
  for (const [name, { healthcheck }] of Object.entries(services))
    if (healthcheck && !healthcheck.disable)
      expect([name, healthcheck]).toEqual([
        name,
        expect.objectContaining({
          test: expect.arrayContaining([expect.any(String)]),
          interval: expect.stringMatching(/^\d+s$/),
        }),
      ]);
});
