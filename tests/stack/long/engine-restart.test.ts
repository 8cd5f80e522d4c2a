import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { base, source } from '../support/place.ts';
import { docker, run } from '../support/programs.ts';
import { eventually, rest, servingNames, shorten, untilServing } from '../support/stack.ts';

const enginePid = '/var/run/docker.pid';

test('the engine is restarted: the replicas come back, the upstream is put right, links work', async () => {
  await rest();
  const code = await shorten('https://example.com/kept');
  process.kill(Number(readFileSync(enginePid, 'utf8')), 'SIGTERM');
  await eventually('the engine is gone', async () => ((await run('docker', ['info'])).code === 0 ? undefined : true));
  await run(`${source}/scripts/install-docker`, []);
  await docker('info');
  await untilServing(2, 120_000);
  expect(await servingNames()).toHaveLength(2);
  expect((await fetch(`${base}/${code}`, { redirect: 'manual' })).status).toBe(302);
});
