import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PlannedImage } from '../../scripts/src/images/plan.ts';
import { checkout, docker, environment, onServer } from './support/place.ts';
import { type Registry, startRegistry } from './support/registry.ts';
import { change, lastRelease, script } from './support/server.ts';

/** As scripts/deploy does it behind a proxy that inspects TLS. */
const { NODE_EXTRA_CA_CERTS: ca } = process.env;
const trusting = ca ? ['--secret', `id=ca,src=${ca}`] : [];

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry(docker, 'droplettest-registry');
});
afterAll(async () => await registry?.remove());

/** What a workflow is told to build. */
function plan(): PlannedImage[] {
  const words = [join(checkout, 'scripts', 'src', 'main.ts'), 'plan-images', registry.prefix];
  const said = execFileSync(process.execPath, words, { env: environment, encoding: 'utf8' });
  return JSON.parse(/^images=(.*)$/m.exec(said)?.[1] ?? '') as PlannedImage[];
}

/** Builds as a machine does that has never built this before. */
function buildAnew({ target, labels }: PlannedImage): string {
  const tag = `shortstack/${target}:anew`;
  const label = labels === '' ? [] : ['--label', labels];
  docker('build', '--quiet', '--no-cache', '--target', target, '--tag', tag, ...label, ...trusting, checkout);
  return tag;
}

const postgres = () => onServer("docker inspect --format '{{.Id}} {{.State.StartedAt}}' shortstack-postgres-1");

test('the service by its digest: from a registry, with nothing built here', async () => {
  const commit = change('// By its digest.');
  for (const other of ['autoscaler', 'certificates', 'database', 'backup', 'tools'])
    await registry.push(`shortstack/${other}:latest`, `${other}:${commit}`);
  docker('build', '--quiet', '--target', 'app', '--tag', 'shortstack/app:by-digest', ...trusting, checkout);
  const { code, stdout } = await script('deploy', [await registry.push('shortstack/app:by-digest', 'app:1')]);
  expect([code, stdout]).toEqual([0, expect.not.stringContaining('building')]);
  expect(await lastRelease()).toContain(`${commit.slice(0, 12)}  serves`);
});

test('every image by its digest, and that of Postgres built anew without a cache: it goes on with the one that it has', async () => {
  const before = await postgres();
  const commit = change('// Every image by its digest.');
  const images = [];
  for (const image of plan()) {
    const made = image.target === 'database' ? buildAnew(image) : `shortstack/${image.target}:latest`;
    images.push(await registry.push(made, `${image.target}:${image.name || 'new'}`));
  }
  const { code, stdout } = await script('deploy', images);
  expect([code, stdout]).toEqual([0, expect.not.stringContaining('shortstack/database:')]);
  expect(await lastRelease()).toContain(`${commit.slice(0, 12)}  serves`);
  expect(await postgres()).toBe(before);
  // The next one need not even build it.
  const [found] = plan().filter(({ target }) => target === 'database');
  expect(images).toContain(found?.reference);
});
