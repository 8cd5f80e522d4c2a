import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { must } from '../../scripts/src/platform/run.ts';
import { startLoad } from './support/load.ts';
import { project } from './support/place.ts';
import { docker, mustScript, run } from './support/programs.ts';
import {
  addressOf,
  autoscaler,
  eventually,
  replicas,
  rest,
  servingNames,
  stack,
  untilServing,
  upstreamAddresses,
} from './support/stack.ts';

beforeEach(async () => void (await rest()));
afterEach(async () => void (await rest()));

const scaler = `${project}-autoscaler-1`;
const nginx = `${project}-nginx-1`;
const upstreamFile = '/etc/nginx/upstream/upstream.conf';

/** Kills a program as the machine would, so that the engine does not take it for a stop by hand. */
async function crash(container: string): Promise<void> {
  const pid = await docker('inspect', '--format', '{{.State.Pid}}', container);
  process.kill(Number(pid), 'SIGKILL');
}

/** Has nginx's figures get lost on their way, or arrive again. */
async function letFiguresThrough(through: boolean): Promise<void> {
  const pid = await docker('inspect', '--format', '{{.State.Pid}}', nginx);
  const rule = [through ? '-D' : '-A', 'OUTPUT', '-p', 'udp', '--dport', '5514', '-j', 'DROP'];
  await must(run('nsenter', ['--target', pid, '--net', 'iptables', ...rule]), 'changing what nginx may send');
}

const askForMetrics = `process.stdout.write(await (await fetch('http://127.0.0.1:9100/metrics')).text())`;

/** Whether the autoscaler knows the p95 at the edge, be it that nobody came. */
async function knowsP95(): Promise<boolean> {
  const text = await docker('exec', scaler, 'node', '--input-type=module', '--eval', askForMetrics);
  return /^autoscaler_unknown_readings\{reading="p95"\} 0$/m.test(text);
}

/** What must hold at any moment, also in the middle of a move. */
async function expectBounds(min: number): Promise<void> {
  const listed = await replicas();
  expect(listed.length).toBeLessThanOrEqual(6);
  expect(listed.filter(({ state }) => state === 'running').length).toBeGreaterThanOrEqual(min);
}

/** Whether the upstream names serving replicas and nobody else, and no replica is left over. */
async function expectTidy(): Promise<void> {
  const serving = await servingNames();
  const addresses = await Promise.all(serving.map(addressOf));
  expect((await upstreamAddresses()).toSorted()).toEqual(addresses.toSorted());
  expect((await replicas()).map(({ name }) => name).toSorted()).toEqual(serving.toSorted());
}

describe('an autoscaler that is killed', () => {
  test('at random moments of scaling up and down: it converges, no orphan, no failed GET', async () => {
    await using load = await startLoad({ connections: 4 });
    for (const count of ['4', '2', '3', '2']) {
      await autoscaler.ask('pin', count);
      await sleep(Math.random() * 4_000);
      await crash(scaler);
      await expectBounds(2);
      await untilServing(Number(count), 90_000);
      await expectTidy();
    }
    const { failures } = await load.stop();
    expect(failures.filter(({ method }) => method === 'GET')).toEqual([]);
  });
});

describe('what else happens to it', () => {
  test('a second one by mistake stands by, and takes over when the first is gone', async () => {
    const name = `${project}-second-autoscaler`;
    const image = await docker('inspect', '--format', '{{.Image}}', scaler);
    const env = (await docker('inspect', '--format', '{{range .Config.Env}}{{println .}}{{end}}', scaler)).split('\n');
    const words = env.filter((line) => line.startsWith('AUTOSCALER_')).flatMap((line) => ['--env', line]);
    const second = ['--name', name, '--network', `${project}_edge`, '--volumes-from', scaler, ...words, image];
    await docker('run', '--detach', ...second);
    try {
      await eventually('it stands by', async () =>
        (await docker('logs', name)).includes('standby') ? true : undefined,
      );
      await mustScript('scale', '3');
      await expectTidy();
    } finally {
      await docker('rm', '--force', name);
    }
  });

  test('the upstream file is broken by hand: it is written anew, and nobody notices', async () => {
    await using load = await startLoad({ connections: 4 });
    await docker('exec', scaler, 'sh', '-c', 'echo "upstream { broken" > /upstream/upstream.conf');
    await eventually('the file is whole', async () =>
      (await docker('exec', nginx, 'cat', upstreamFile)).includes('least_conn') ? true : undefined,
    );
    await untilServing(2);
    await expectTidy();
    expect((await load.stop()).failures).toEqual([]);
  });

  test('nginx crashes after a reload: it comes back by itself with the same upstream', async () => {
    await mustScript('scale', '3');
    const before = (await stack.list()).find(({ name }) => name === nginx)?.restarts ?? 0;
    await crash(nginx);
    await eventually('nginx is back', async () => {
      const now = (await stack.list()).find(({ name }) => name === nginx);
      return now && now.restarts > before && now.state === 'running' ? true : undefined;
    });
    await untilServing(3);
    await expectTidy();
  });

  test("nginx's figures get lost on their way: the p95 is unknown, and known again when they arrive", async () => {
    expect(await knowsP95()).toBe(true);
    await letFiguresThrough(false);
    try {
      await eventually('the p95 is unknown', async () => ((await knowsP95()) ? undefined : true));
    } finally {
      await letFiguresThrough(true);
    }
    await eventually('the p95 is known', async () => ((await knowsP95()) ? true : undefined));
  });

  test('the engine answers nothing for 30 s under load: nothing is taken away, no request fails', async () => {
    await mustScript('scale', '4');
    await using load = await startLoad({ connections: 8, pause: 5 });
    const before = (await replicas()).map(({ id }) => id).toSorted();
    await docker('pause', `${project}-gate-1`);
    await autoscaler.ask('resume');
    await sleep(30_000);
    const during = (await replicas()).map(({ id }) => id).toSorted();
    await docker('unpause', `${project}-gate-1`);
    expect(during).toEqual(before);
    expect((await load.stop()).failures).toEqual([]);
  });
});
