import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const compose = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docker-compose.yml'), 'utf8');
type Service = { mem_limit?: string; profiles?: string[]; restart?: string };
const services = Object.entries((parse(compose, { merge: true }) as { services: Record<string, Service> }).services);

test('every service has a limit of memory', () => {
  expect(services.filter(([, { mem_limit: limit = '' }]) => !/^\d+m$/.test(limit)).map(([name]) => name)).toEqual([]);
});

test('what always runs, with two replicas, may take what a droplet of 2 GB has and an eighth of its swap', () => {
  const always = services.filter(([, { profiles, restart }]) => profiles === undefined && restart === 'always');
  const limits = always.map(
    ([name, { mem_limit: limit = '' }]) => Number.parseInt(limit, 10) * (name === 'app' ? 2 : 1),
  );
  const droplet = 1_960;
  const swap = 2_048;
  expect(limits.reduce((sum, limit) => sum + limit, 0)).toBeLessThanOrEqual(droplet + swap / 8);
});
