import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import { startLoad } from '../support/load.ts';
import { base, source } from '../support/place.ts';
import { docker, mustScript, run } from '../support/programs.ts';
import { eventually, rest, servingNames, shorten, untilServing } from '../support/stack.ts';

const enginePid = '/var/run/docker.pid';

async function endEngine(): Promise<void> {
  process.kill(Number(readFileSync(enginePid, 'utf8')), 'SIGTERM');
  await eventually('the engine is gone', async () => ((await run('docker', ['info'])).code === 0 ? undefined : true));
}

async function startEngine(words = ''): Promise<void> {
  await run(`${source}/scripts/install-docker`, [], { env: { DOCKERD_ARGS: words } });
  await docker('info');
}

let otherWords = false;
afterAll(async () => {
  if (!otherWords) return;
  await endEngine();
  await startEngine();
});

test('the engine is restarted: the replicas come back, the upstream is put right, links work', async () => {
  await rest();
  const code = await shorten('https://example.com/kept');
  await endEngine();
  await startEngine();
  await untilServing(2, 120_000);
  expect(await servingNames()).toHaveLength(2);
  expect((await fetch(`${base}/${code}`, { redirect: 'manual' })).status).toBe(302);
});

test('an engine that is updated, as droplet-init sets it up: no request fails while it is away, and the autoscaler finds it again', async () => {
  // Without its proxies, which end with it: to those outside the ports are published by rules of the kernel's alone.
  const words = '--live-restore --userland-proxy=false';
  otherWords = true;
  await endEngine();
  await startEngine(words);
  await untilServing(2, 120_000);
  await using load = await startLoad();
  await endEngine();
  const { gets } = load.result;
  await eventually('the load goes on', async () => (load.result.gets > gets + 5_000 ? true : undefined));
  expect(load.result.failures).toEqual([]);
  // An engine that starts makes its packet rules anew, and drops for a moment what goes between its containers.
  await startEngine(words);
  await load.stop();
  await mustScript('scale', '3');
  await untilServing(3, 120_000);
  await using after = await startLoad();
  await mustScript('scale', '2');
  await untilServing(2, 120_000);
  expect((await after.stop()).failures).toEqual([]);
}, 300_000);
