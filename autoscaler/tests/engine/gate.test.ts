import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createDocker } from '../../src/engine/docker.ts';
import type { ContainerId, Engine } from '../../src/engine/engine.ts';
import { createGate } from '../../src/engine/gate.ts';
import { type Listening, listen } from '../../src/platform/listen.ts';
import { placeOf } from '../../src/policies.ts';
import { createBody } from '../../src/replicas/template.ts';
import { createWorld, type World } from '../support/world.ts';

let world: World;
let open: Listening[];
let refused: string[];
let away: string[];
let through: Engine;
const signal = AbortSignal.timeout(120_000);

const gateOn = async (path: string, readOnly: boolean) => {
  const { settings } = world;
  const names = placeOf(settings);
  const engine = createDocker({
    socketPath: settings.dockerSocket,
    place: () => names,
    timeout: () => 60_000,
    now: Date.now,
  });
  const onAway = ({ message }: Error) => away.push(message);
  const onRefused = ({ why }: { why: string }) => refused.push(why);
  const listener = createGate({ engineSocket: settings.dockerSocket, engine, names, readOnly, onAway, onRefused });
  open.push(await listen(listener, { socketPath: path, mode: 0o600 }));
  return createDocker({ socketPath: path, place: () => names, timeout: () => 60_000, now: Date.now });
};

const raw = (method: string, path: string, body?: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request({ socketPath: `${world.directory}/gate.sock`, method, path }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end(body);
  });

beforeEach(async () => {
  world = await createWorld();
  open = [];
  refused = [];
  away = [];
  through = await gateOn(`${world.directory}/gate.sock`, false);
});

afterEach(async () => {
  for (const one of open) await one[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const identity = { project: 'demo', service: 'app', number: 1, release: 'r', imageId: 'sha256:one' };
const body = async () => {
  const [template] = (await through.see(signal)).templates;
  if (!template) throw new Error('no template');
  return createBody(template.inspect, { Env: ['PATH=/bin'] }, 'sha256:one', identity) as Record<string, unknown>;
};

describe('what the autoscaler does', () => {
  test('passes: see, create, start, look, terminate, remove, test and hang up the edge', async () => {
    const id = await through.create('demo-app-1', await body(), signal);
    await through.start(id, signal);
    expect(await through.stats(id, signal)).toMatchObject({ periods: 0 });
    await through.terminate(id, signal);
    await through.remove(id, signal);
    const { edge } = await through.see(signal);
    const nginx = edge?.id as ContainerId;
    expect(await through.run(nginx, ['nginx', '-t'], signal)).toMatchObject({
      code: 1,
      output: expect.stringContaining('failed'),
    });
    expect(await through.processes(nginx, signal)).toEqual(['nginx: worker process']);
    await through.hangUp(nginx, signal);
    expect(refused).toEqual([]);
  });
});

describe('a create is refused', () => {
  const change = (host: object) => async () => {
    const own = await body();
    return { ...own, HostConfig: { ...(own['HostConfig'] as object), ...host } };
  };

  test.each<[string, () => Promise<Record<string, unknown>>, string]>([
    ['a mount', change({ Binds: ['/:/host'] }), 'no template'],
    ['privileges', change({ Privileged: true }), 'no template'],
    ['a capability', change({ CapAdd: ['SYS_ADMIN'] }), 'no template'],
    ["the host's processes", change({ PidMode: 'host' }), 'no template'],
    ['another user', async () => ({ ...(await body()), User: '0' }), 'no template'],
    [
      'another network',
      async () => ({ ...(await body()), NetworkingConfig: { EndpointsConfig: { host: {} } } }),
      'no template',
    ],
    ['a strange key', async () => ({ ...(await body()), Volumes: {} }), 'keys that no replica has'],
    ['labels of another project', async () => ({ ...(await body()), Labels: {} }), 'labels'],
    ['an image that is not here', async () => ({ ...(await body()), Image: 'sha256:evil' }), 'image'],
  ])('with %s', async (_what, make, why) => {
    await expect(through.create('demo-app-1', await make(), signal)).rejects.toMatchObject({ kind: 'refused' });
    expect(refused).toEqual([expect.stringContaining(why)]);
    expect(world.replicas()).toEqual([]);
  });

  test('under the name of something else', async () => {
    await expect(through.create('demo-nginx-2', await body(), signal)).rejects.toMatchObject({ kind: 'refused' });
    expect(refused).toEqual(['the name is not that of a replica']);
  });
});

describe('refused', () => {
  test('what the autoscaler never asks for', async () => {
    const calls: [string, string][] = [
      ['GET', '/containers/json'],
      ['GET', '/info'],
      ['POST', '/images/create?fromImage=evil'],
      ['POST', '/build'],
      ['POST', '/containers/demo-nginx-1/kill?signal=SIGKILL'],
      ['GET', '/containers/../info'],
      ['GET', '/containers/demo-nginx-1/archive?path=/etc'],
      ['POST', '/v1.44/volumes/create'],
    ];
    for (const [method, path] of calls) expect([path, await raw(method, path)]).toEqual([path, 403]);
  });

  test('touching what is no replica, and any command but the test', async () => {
    const nginx = world.containers.find('demo-nginx-1')?.id as ContainerId;
    await expect(through.remove(nginx, signal)).rejects.toMatchObject({ kind: 'refused' });
    await expect(through.terminate(nginx, signal)).rejects.toMatchObject({ kind: 'refused' });
    await expect(through.run(nginx, ['sh', '-c', 'id'], signal)).rejects.toMatchObject({ kind: 'refused' });
    expect(world.containers.find('demo-nginx-1')?.state).toBe('running');
  });

  test('containers of another project', async () => {
    const other = world.containers.add(
      'other-app-1',
      'sha256:one',
      { Labels: { 'com.docker.compose.project': 'other' } },
      {},
    );
    await expect(through.start(other.id as ContainerId, signal)).rejects.toMatchObject({ kind: 'refused' });
    expect(await raw('GET', `/containers/${other.id}/json`)).toBe(403);
  });

  test('a body without end', async () => {
    expect(await raw('POST', '/containers/create?name=demo-app-1', 'x'.repeat(100_000))).toBe(413);
  });

  test('everything but looking, on the socket for those who only look', async () => {
    const looking = await gateOn(`${world.directory}/read.sock`, true);
    expect((await looking.see(signal)).templates).toHaveLength(1);
    await expect(looking.create('demo-app-1', await body(), signal)).rejects.toMatchObject({ kind: 'refused' });
  });
});

test('an engine that is away → 502', async () => {
  world.engine.faults.push({ method: 'GET', path: /_ping/, status: 500 });
  expect(await raw('GET', '/_ping')).toBe(500);
  await world.engine.close();
  expect(await raw('GET', '/_ping')).toBe(502);
  expect(await raw('GET', '/containers/abc/json')).toBe(502);
  expect(away).toHaveLength(2);
});
