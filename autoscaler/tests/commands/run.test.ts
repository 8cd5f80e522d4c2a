import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdir, rename, rmdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pause, pin, release, resume, status } from '../../src/commands/ask.ts';
import { gate } from '../../src/commands/gate.ts';
import { run } from '../../src/commands/run.ts';
import { wait } from '../../src/commands/wait.ts';
import { wellBehaved } from '../support/fake-replica.ts';
import { ask, start } from '../support/process.ts';
import { addImage } from '../support/rolling.ts';
import { createWorld, type World } from '../support/world.ts';

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

let world: World;
let running: ReturnType<typeof start>[];

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const begin = (more: Record<string, string> = {}) => {
  const one = start(run, { ...world.env, ...more });
  running.push(one);
  return one;
};

/** Asks until the answer shows what is waited for. */
async function until<T>(look: () => Promise<T>, shown: (value: T) => boolean, limit = 60_000): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    const value = await look();
    if (shown(value)) return value;
    if (Date.now() > end) throw new Error(`not in time: ${JSON.stringify(value)}`);
    await sleep(50);
  }
}

const statusNow = async (): Promise<Record<string, unknown>> => {
  try {
    return JSON.parse((await ask(status, world.env)).text);
  } catch {
    return {};
  }
};
const serving = (count: number) => (seen: Record<string, unknown>) => {
  const replicas = (seen['replicas'] ?? []) as { state: string }[];
  return replicas.length === count && replicas.every(({ state }) => state === 'serving');
};
const releasesOf = (seen: Record<string, unknown>) =>
  ((seen['replicas'] ?? []) as { release: string | null }[]).map(({ release }) => release);

beforeEach(async () => {
  world = await createWorld();
  running = [];
});

afterEach(async () => {
  for (const one of running) one.signal('SIGTERM');
  await Promise.all(running.map(({ ended }) => ended));
  await world[Symbol.asyncDispose]();
});

describe('run', () => {
  test('brings up min, answers status, pins, resumes, pauses, and stops on SIGTERM without touching a replica', async () => {
    const one = begin();
    const first = await until(statusNow, serving(2));
    expect(first).toMatchObject({ acting: true, edge: { state: 'proven' }, release: { image: 'sha256:one' } });
    expect((await ask(pin, world.env, '3')).code).toBe(0);
    await until(statusNow, serving(3));
    expect(await ask(pin, world.env, '9')).toMatchObject({ code: 3, text: expect.stringContaining('from 2 to 5') });
    expect((await ask(pause, world.env)).code).toBe(0);
    await until(statusNow, ({ acting }) => acting === false);
    await ask(resume, world.env);
    expect(await until(statusNow, ({ acting }) => acting === true)).toMatchObject({ pinned: null, paused: false });
    one.signal('SIGTERM');
    expect(await one.ended).toBe(0);
    expect(world.replicas().filter(({ state }) => state === 'running').length).toBeGreaterThanOrEqual(2);
  });

  test('what it is told is done at once, not after the time between two looks', async () => {
    begin({ AUTOSCALER_TICK_MS: '60000' });
    const beforeNextLook = 30_000;
    await until(statusNow, serving(2));
    await ask(pin, world.env, '3');
    await until(statusNow, serving(3), beforeNextLook);
    addImage(world, 'sha256:two', wellBehaved);
    const before = releasesOf(await statusNow());
    expect(await ask(release, world.env, 'sha256:two', '--detach')).toMatchObject({ code: 0 });
    await until(statusNow, (seen) => releasesOf(seen).some((one) => !before.includes(one)), beforeNextLook);
  });

  test('`wait` → ends when as many serve as shall be, or just so many as were named, or after its time', async () => {
    begin();
    expect(await ask(wait, world.env)).toEqual({ code: 0, text: expect.stringMatching(/2 of 2 replicas serve$/) });
    await ask(pin, world.env, '3');
    expect(await ask(wait, world.env, '3')).toMatchObject({ code: 0 });
    expect(await ask(wait, world.env, '4', '--within', '1')).toMatchObject({ code: 1 });
    await expect(ask(wait, world.env, 'many')).rejects.toThrow(/usage: wait/);
  });

  test('a second one beside it → waits, and takes over when the first is gone', async () => {
    const first = begin();
    await until(statusNow, serving(2));
    begin();
    await ask(pin, world.env, '3');
    first.signal('SIGTERM');
    await first.ended;
    expect(await until(statusNow, serving(3))).toMatchObject({ pinned: 3 });
  });

  test('no tick yet, as another is at work → is as long without one as it runs, and not since 1970', async () => {
    const [port, began] = [await freePort(), Date.now() / 1_000];
    begin();
    await until(statusNow, serving(2));
    begin({ AUTOSCALER_METRICS_PORT: String(port) });
    const page = async () => (await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined))?.text() ?? '';
    const text = await until(page, (told) => told !== '');
    const [, lastTick = ''] = /^autoscaler_last_tick_timestamp_seconds (\S+)$/m.exec(text) ?? [];
    expect(Number(lastTick)).toBeGreaterThan(began);
  });

  test('metrics and health pages, and figures of the edge by UDP', async () => {
    const [port, udp] = await Promise.all([freePort(), freePort()]);
    begin({ AUTOSCALER_METRICS_PORT: String(port), AUTOSCALER_FIGURES_PORT: String(udp) });
    await until(statusNow, serving(2));
    const page = async (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    const text = await (await page('/metrics')).text();
    expect(text).toMatch(/^autoscaler_replicas\{state="serving"\} 2$/m);
    expect(text).toMatch(/^autoscaler_decisions_total\{reason="saturated"\} 0$/m);
    expect(text).toMatch(/^autoscaler_desired 2$/m);
    expect(text).toMatch(/^autoscaler_last_tick_timestamp_seconds \d/m);
    expect((await page('/health')).status).toBe(200);
    expect((await page('/other')).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/health`, { method: 'POST' })).status).toBe(405);
    const socket = createSocket('udp4');
    const line = '<190>nginx: status=200 time=0.9 weight=100 upstream_status="200" upstream="10.0.0.1:80"';
    for (let count = 0; count < 25; count += 1) socket.send(line, udp, '127.0.0.1');
    await until(statusNow, ({ p95_ms }) => p95_ms === 900);
    socket.close();
  });

  test('settings that are not usable → all problems, and it does not begin', async () => {
    const { AUTOSCALER_PROJECT: _project, ...env } = { ...world.env } as Record<string, string>;
    await expect(start(run, { ...env, AUTOSCALER_MIN: '0' }).ended).rejects.toThrow(
      /AUTOSCALER_PROJECT[\s\S]*AUTOSCALER_MIN/,
    );
  });

  test('SIGHUP → good new settings are taken, bad ones leave the old', async () => {
    const path = `${world.directory}/settings`;
    await writeFile(path, 'AUTOSCALER_MIN=2\n');
    const one = begin({ AUTOSCALER_ENV_FILE: path });
    await until(statusNow, serving(2));
    await writeFile(path, 'AUTOSCALER_MIN=3\n');
    one.signal('SIGHUP');
    await until(statusNow, serving(3));
    await writeFile(path, 'AUTOSCALER_MIN=none\n');
    one.signal('SIGHUP');
    expect((await ask(pin, world.env, '2')).text).toContain('from 3 to 5');
  });

  test('SIGUSR2 → debug lines, every decision among them; another one → no more', async () => {
    const child = spawn(process.execPath, [main, 'run'], {
      env: { ...world.env, AUTOSCALER_LOG_LEVEL: 'info' },
      stdio: ['ignore', 'pipe', 'inherit'],
      signal: AbortSignal.timeout(60_000),
    });
    const seen: string[] = [];
    for await (const text of createInterface({ input: child.stdout })) {
      const { level, message, to = '' } = JSON.parse(text) as Record<string, string>;
      const said = `${level} ${message} ${to}`.trim();
      if (seen.includes(said) || !/decision$|^warn log level/.test(said)) continue;
      seen.push(said);
      if (message === 'decision') child.kill('SIGUSR2');
      else if (to === 'info') child.kill('SIGTERM');
    }
    expect(seen).toEqual([
      'info decision',
      'warn log level changed debug',
      'debug decision',
      'warn log level changed info',
    ]);
  });

  test('the upstream directory cannot be read → the reason says so, and it carries on when it can', async () => {
    const port = await freePort();
    begin({ AUTOSCALER_METRICS_PORT: String(port) });
    await until(statusNow, serving(2));
    const { upstreamFile } = world.settings;
    await rename(upstreamFile, `${upstreamFile}.aside`);
    await mkdir(upstreamFile);
    const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    await until(metrics, (text) => /reason="tick_failed"\} [1-9]/.test(text));
    await rmdir(upstreamFile);
    await rename(`${upstreamFile}.aside`, upstreamFile);
    await until(metrics, (text) => /^autoscaler_acting 1$/m.test(text));
  });

  test('the engine goes away → the reason says so, and it carries on when it is back', async () => {
    const port = await freePort();
    begin({ AUTOSCALER_METRICS_PORT: String(port) });
    await until(statusNow, serving(2));
    world.engine.faults.push({ method: 'GET', path: /containers\/json/, status: 500 });
    const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    await until(metrics, (text) => /reason="engine_unreachable"\} [1-9]/.test(text));
    world.engine.faults.length = 0;
    await until(metrics, (text) => /^autoscaler_acting 1$/m.test(text));
  });
});

describe('release', () => {
  test('works → followed to its end, exit 0; again → unchanged', async () => {
    begin();
    await until(statusNow, serving(2));
    addImage(world, 'sha256:two', { ...wellBehaved, version: '2.0.0' });
    const first = await ask(release, world.env, 'sha256:two', '--version', '2.0.0', '--by', 'Ada');
    expect(first).toMatchObject({ code: 0, text: expect.stringMatching(/begins[\s\S]*rolling[\s\S]*serves$/) });
    expect(await ask(release, world.env, 'sha256:two')).toMatchObject({
      code: 0,
      text: expect.stringContaining('already'),
    });
  });

  test('never gets ready → exit 4 and why; one that is not here → exit 3', async () => {
    begin({ AUTOSCALER_READY_TIMEOUT_SECONDS: '2' });
    await until(statusNow, serving(2));
    addImage(world, 'sha256:bad', { ...wellBehaved, ready: 503 });
    expect(await ask(release, world.env, 'sha256:bad')).toMatchObject({
      code: 4,
      text: expect.stringContaining('not_ready'),
    });
    expect(await ask(release, world.env, 'sha256:none')).toMatchObject({
      code: 3,
      text: expect.stringContaining('no_such_image'),
    });
    expect(await ask(release, world.env, 'previous', '--detach')).toMatchObject({ code: 3 });
  });

  test('no image, or no autoscaler → said', async () => {
    await expect(ask(release, world.env)).rejects.toThrow(/usage/);
    await expect(ask(status, world.env)).rejects.toThrow(/no autoscaler answers/);
  });
});

test('through the gate → the same', async () => {
  const sockets = {
    AUTOSCALER_GATE_ENGINE_SOCKET: world.settings.dockerSocket,
    AUTOSCALER_DOCKER_SOCKET: `${world.directory}/gate.sock`,
    AUTOSCALER_GATE_READ_SOCKET: `${world.directory}/read.sock`,
  };
  running.push(start(gate, { ...world.env, ...sockets }));
  begin(sockets);
  await until(statusNow, serving(2));
});
