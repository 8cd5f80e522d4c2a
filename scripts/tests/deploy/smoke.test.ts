import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { deploySteps } from '../../src/deploy/host-steps.ts';
import { fakeStack } from './fake-stack.ts';

/** The smoke test of a deployment whose server says one after another that this is wrong, at moments of this clock. */
async function smokeOf(said: readonly (readonly string[])[], now: () => number) {
  await using made = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), 'smoke-'));
  made.defer(() => rm(root, { recursive: true }));
  const left = [...said];
  const server = { ...fakeStack({ root, print: () => {} }).server, smoke: async () => [...(left.shift() ?? [])] };
  const request = { commit: 'c'.repeat(40), images: { APP_IMAGE: 'app:0' }, by: 'ann', askedAt: 0 };
  const deps = { server, request, tree: root, incoming: server.compose, imageBefore: 'app:1', now };
  const steps = deploySteps(deps, { alerts: { kind: 'unwatched' }, at: 0 });
  await steps.find(({ name }) => name === 'smoke test')?.run();
  return left.length;
}

test('a replica more is wanted at that moment → it is waited for', async () => {
  expect(await smokeOf([['fewer replicas serve than are wanted'], []], () => 0)).toBe(0);
});

test('something stays wrong → it fails after a minute, with that', async () => {
  let time = 0;
  const now = () => {
    time += 40_000;
    return time;
  };
  await expect(smokeOf([['a'], ['http://127.0.0.1/health answers 502']], now)).rejects.toThrow('answers 502');
});
