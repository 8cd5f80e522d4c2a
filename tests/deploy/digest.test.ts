import { expect, test } from '@jest/globals';
import { checkout, docker } from './support/place.ts';
import { startRegistry } from './support/registry.ts';
import { change, lastRelease, script } from './support/server.ts';

/** As scripts/deploy does it behind a proxy that inspects TLS. */
const { NODE_EXTRA_CA_CERTS: ca } = process.env;
const trusting = ca ? ['--secret', `id=ca,src=${ca}`] : [];

test('the service by its digest: from a registry, with nothing built here', async () => {
  const commit = change('// By its digest.');
  const registry = await startRegistry(docker, 'droplettest-registry');
  try {
    for (const other of ['autoscaler', 'certificates', 'database', 'backup', 'tools'])
      await registry.push(`shortstack/${other}:latest`, `${other}:${commit}`);
    docker('build', '--quiet', '--target', 'app', '--tag', 'shortstack/app:by-digest', ...trusting, checkout);
    const { code, stdout } = await script('deploy', [await registry.push('shortstack/app:by-digest', 'app:1')]);
    expect([code, stdout]).toEqual([0, expect.not.stringContaining('building')]);
  } finally {
    await registry.remove();
  }
  expect(await lastRelease()).toContain(`${commit.slice(0, 12)}  serves`);
});
