import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Registry, startRegistry } from '../deploy/support/registry.ts';
import { faultyImage } from './support/faults.ts';
import { startLoad } from './support/load.ts';
import { otherProject } from './support/place.ts';
import { docker, script } from './support/programs.ts';
import { rest, setting, statusNow } from './support/stack.ts';

const name = `${otherProject}-registry`;
let registry: Registry;
beforeAll(async () => {
  await rest();
  await docker('rm', '--force', '--volumes', name);
  registry = await startRegistry(docker, name);
}, 300_000);
afterAll(async () => await registry?.remove());

test('an image by its digest is pulled and rolled to under load; what it was built as is not needed', async () => {
  const { image } = await faultyImage('none');
  const pinned = await registry.push(image, 'app:1');
  await docker('image', 'rm', image);
  await using load = await startLoad({ connections: 4 });
  const { code, stdout, stderr } = await script('release', pinned);
  const { failures } = await load.stop();
  expect([code, code === 0 ? '' : stdout + stderr, failures]).toEqual([0, '', []]);
  expect(await setting('APP_IMAGE')).toBe(pinned);
  expect((await statusNow()).release?.image).toBe(pinned);
  expect((await script('rollback')).code).toBe(0);
});

test('a digest that the registry does not have: refused, and nothing changes', async () => {
  const before = await setting('APP_IMAGE');
  const { code, stdout, stderr } = await script('release', `${registry.prefix}/app@sha256:${'0'.repeat(64)}`);
  expect([code, stdout + stderr]).toEqual([1, expect.stringContaining('pulling')]);
  expect(await setting('APP_IMAGE')).toBe(before);
});
