import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { httpPort, project } from './support/place.ts';
import { docker, mustScript, run } from './support/programs.ts';
import { eventually, replicas, rest, setting, stack } from './support/stack.ts';

beforeAll(async () => void (await rest()));

type Inspected = {
  Name: string;
  Config: { User: string; Env: string[]; Healthcheck?: unknown };
  HostConfig: {
    ReadonlyRootfs: boolean;
    CapDrop: string[];
    CapAdd: string[] | null;
    Memory: number;
    NanoCpus: number;
    PidsLimit: number;
    RestartPolicy: { Name: string };
    Init: boolean;
    PortBindings: Record<string, unknown> | null;
    LogConfig: { Config: Record<string, string> };
  };
  Mounts: { Source: string }[];
};

const inspectAll = async (): Promise<Inspected[]> => {
  // `migrate` runs once and ends.
  const ids = (await stack.list()).filter(({ service }) => service !== 'migrate').map(({ id }) => id);
  return JSON.parse(await docker('inspect', ...ids)) as Inspected[];
};

describe('the containers', () => {
  test('each has a numbered user, a read-only root, no capability, limits, a health check and bounded logs', async () => {
    for (const { Name, Config, HostConfig } of await inspectAll()) {
      expect([Name, Config.User]).toEqual([Name, expect.stringMatching(/^\d+:\d+$/)]);
      expect(Config.User.startsWith('0:')).toBe(false);
      expect(HostConfig).toMatchObject({
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        CapAdd: null,
        RestartPolicy: { Name: 'always' },
        Init: true,
      });
      expect([HostConfig.Memory > 0, HostConfig.NanoCpus > 0, HostConfig.PidsLimit > 0]).toEqual([true, true, true]);
      expect(Config.Healthcheck).toBeDefined();
      expect(HostConfig.LogConfig.Config['max-size']).toBe('10m');
    }
  });

  test('no secret stands in an environment, and only the gate has the engine', async () => {
    for (const { Name, Config, Mounts } of await inspectAll()) {
      expect(Config.Env.filter((line) => /(PASSWORD|TOKEN|KEY|SECRET)=./.test(line))).toEqual([]);
      const engine = Mounts.some(({ Source }) => Source.endsWith('docker.sock'));
      expect([Name, engine]).toEqual([Name, Name.includes('-gate-')]);
    }
  });

  test('only nginx publishes ports, and a replica reaches nothing outside', async () => {
    for (const { Name, HostConfig } of await inspectAll())
      expect([Name, Object.keys(HostConfig.PortBindings ?? {})]).toEqual([
        Name,
        Name.includes('-nginx-') ? ['443/tcp', '80/tcp'] : [],
      ]);
    const [replica] = await replicas();
    const gateway = (
      await docker('network', 'inspect', '--format', '{{(index .IPAM.Config 0).Gateway}}', `${project}_front`)
    ).trim();
    const reach = `fetch('http://${gateway}:${httpPort}', { signal: AbortSignal.timeout(2000) }).then(() => 'reached', () => 'closed').then(console.log)`;
    expect(await docker('exec', replica?.id ?? '', 'node', '-e', reach)).toBe('closed');
  });

  test('the app is an image of at most 250 MB, without npm', async () => {
    expect(Number(await docker('image', 'inspect', '--format', '{{.Size}}', 'shortstack/app:latest'))).toBeLessThan(
      250_000_000,
    );
    const [replica] = await replicas();
    expect(await docker('exec', replica?.id ?? '', 'sh', '-c', 'command -v npm cc gcc python3 || echo none')).toBe(
      'none',
    );
  });
});

type MemoryStats = { memory_stats: { stats: Record<string, number | undefined> } };

/** What a container holds that the kernel cannot drop and read again, in MiB; cgroup v1 and v2 name it differently. */
async function resident(id: string): Promise<number> {
  const path = `http://engine/containers/${id}/stats?stream=false&one-shot=true`;
  const socket = await setting('DOCKER_SOCKET').then((found) => found || '/var/run/docker.sock');
  const { stdout } = await run('curl', ['-sf', '--unix-socket', socket, path]);
  const { stats } = (JSON.parse(stdout) as MemoryStats).memory_stats;
  return (
    ((stats['total_rss'] ?? stats['anon'] ?? Number.NaN) + (stats['total_shmem'] ?? stats['shmem'] ?? 0)) / 2 ** 20
  );
}

test('at rest everything together needs at most 450 MiB, the autoscaler at most 90', async () => {
  const running = (await stack.list()).filter(({ state }) => state === 'running');
  const used = await Promise.all(running.map(async ({ id, service }) => ({ service, mebibytes: await resident(id) })));
  expect(used.find(({ service }) => service === 'autoscaler')?.mebibytes).toBeLessThan(90);
  expect(used.reduce((sum, { mebibytes }) => sum + mebibytes, 0)).toBeLessThan(450);
});

const scaler = `${project}-autoscaler-1`;

/** A figure of the autoscaler's own /metrics. */
async function figure(name: string): Promise<number> {
  const text = await docker('exec', scaler, 'wget', '-q', '-O', '-', 'http://127.0.0.1:9100/metrics');
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

/** CPU time that a container's first process and its child have used, in seconds: fields 14 and 15 of proc(5). */
async function cpuSeconds(container: string): Promise<number> {
  const init = await docker('inspect', '--format', '{{.State.Pid}}', container);
  const [child = ''] = (await readFile(`/proc/${init}/task/${init}/children`, 'utf8')).split(' ');
  const times = await Promise.all(
    [init, child].map(async (pid) => {
      const [, fields = ''] = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ');
      return fields
        .split(' ')
        .slice(11, 13)
        .reduce((sum, ticks) => sum + Number(ticks), 0);
    }),
  );
  return times.reduce((sum, ticks) => sum + ticks, 0) / ticksPerSecond;
}

const ticksPerSecond = 100;

test('at rest the autoscaler needs at most 1 % of a core', async () => {
  const seconds = 20;
  const period = async () => {
    const before = await cpuSeconds(scaler);
    await sleep(seconds * 1_000);
    return (await cpuSeconds(scaler)) - before;
  };
  // The least of three: what else the machine does, and a start a moment ago, only ever add to it.
  const least = Math.min(await period(), await period(), await period());
  // Hundredths, in which the kernel counts.
  expect(Math.round(100 * least)).toBeLessThanOrEqual(seconds);
});

test('a tick with five replicas takes at most 300 ms', async () => {
  await mustScript('scale', '5');
  const look = async () =>
    await Promise.all(['autoscaler_tick_duration_seconds_sum', 'autoscaler_tick_duration_seconds_count'].map(figure));
  const [sum = 0, count = 0] = await look();
  const [sumAfter = 0, countAfter = 0] = await eventually('ten ticks later', async () => {
    const now = await look();
    return (now[1] ?? 0) >= count + 10 ? now : undefined;
  });
  expect((sumAfter - sum) / (countAfter - count)).toBeLessThan(0.3);
  await mustScript('scale', '2');
  await rest();
});
