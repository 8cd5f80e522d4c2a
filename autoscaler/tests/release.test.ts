import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { addRequest } from '../src/observe/figures.ts';
import { isLive } from '../src/replicas/replica.ts';
import { wellBehaved } from './support/fake-replica.ts';
import { addImage, askFor } from './support/rolling.ts';
import { createWorld, settled, type World } from './support/world.ts';

async function rolledOut(env: Record<string, string> = {}) {
  const world = await createWorld(env);
  const scaler = await world.startScaler();
  await scaler.until(settled(2));
  const images = () => [...new Set(world.replicas().map(({ image }) => image))].sort();
  const over = () => scaler.until((report) => settled(2)(report) && scaler.intent.current().rollout === null);
  return { world, scaler, images, over, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

describe('a release that works', () => {
  test('one surge at a time, all swapped, baked, done → the current one, the old one in the log', async () => {
    await using place = await rolledOut();
    const { images, over, scaler, world } = place;
    addImage(world, 'sha256:two', { ...wellBehaved, version: '2.0.0' });
    expect(await askFor(scaler, 'sha256:two', '2.0.0')).toMatchObject({ kind: 'started' });
    let most = 0;
    let fewest = 9;
    await scaler.until(({ replicas, rollout }) => {
      most = Math.max(most, replicas.filter(isLive).length);
      fewest = Math.min(fewest, replicas.filter(({ state }) => state === 'serving').length);
      return rollout === null;
    });
    await over();
    expect({ images: images(), most, fewest }).toEqual({ images: ['sha256:two'], most: 3, fewest: 2 });
    expect(scaler.intent.current().past.map(({ outcome, release }) => [release.imageId, outcome])).toEqual([
      ['sha256:one', 'done'],
      ['sha256:two', 'done'],
    ]);
  });

  test.each([
    ['connections for one more than desired alone', 3, 3],
    ['connections for two more', 4, 4],
  ])('%s → never more containers', async (_, fits, most) => {
    const budget = { AUTOSCALER_CONNECTIONS: String(fits * 12), AUTOSCALER_CONNECTIONS_PER_REPLICA: '12' };
    await using place = await rolledOut(budget);
    const { images, scaler, world } = place;
    addImage(world, 'sha256:two', wellBehaved);
    await askFor(scaler, 'sha256:two');
    let counted = 0;
    await scaler.until(({ rollout }) => {
      counted = Math.max(counted, world.replicas().length);
      return rollout === null;
    });
    expect({ counted, images: images() }).toEqual({ counted: most, images: ['sha256:two'] });
  });

  test('`previous` → back to the one before', async () => {
    await using place = await rolledOut();
    const { images, over, scaler, world } = place;
    addImage(world, 'sha256:two', wellBehaved);
    await askFor(scaler, 'sha256:two');
    await over();
    expect(await askFor(scaler, 'previous')).toMatchObject({ kind: 'started', release: { imageId: 'sha256:one' } });
    await over();
    expect(images()).toEqual(['sha256:one']);
  });

  test('the autoscaler killed in the middle → the next one carries on', async () => {
    await using place = await rolledOut();
    const { images, scaler, world } = place;
    addImage(world, 'sha256:two', wellBehaved);
    await askFor(scaler, 'sha256:two');
    await scaler.until(({ replicas }) => replicas.some(({ state }) => state === 'draining'));
    const next = await world.startScaler();
    await next.until(({ replicas }) => next.intent.current().rollout === null && replicas.length <= 3);
    expect(images()).toEqual(['sha256:two']);
  });
});

describe('a release that does not', () => {
  const bad = async (
    behaviour: Partial<typeof wellBehaved>,
    version: string | null = null,
    env: Record<string, string> = {},
  ) => {
    const place = await rolledOut(env);
    addImage(place.world, 'sha256:bad', { ...wellBehaved, ...behaviour });
    await askFor(place.scaler, 'sha256:bad', version);
    return place;
  };

  test.each([
    ['not_ready', { ready: 503 }, null],
    ['warm_failed', { status: 500 }, null],
    ['wrong_version', { version: '9.9.9' }, '2.0.0'],
  ] as const)('%s → goes back, and the old ones never stopped to serve', async (cause, behaviour, version) => {
    await using place = await bad(behaviour, version, { AUTOSCALER_READY_TIMEOUT_SECONDS: '2' });
    const { images, over, scaler, world } = place;
    await over();
    expect(scaler.intent.current().past.at(-1)).toMatchObject({ outcome: 'rolled_back', cause });
    expect(images()).toEqual(['sha256:one']);
    expect(world.nginx.servers()).toHaveLength(2);
  });

  test('crashes, all of it at once, while it is watched → an old one serves all the time, and it goes back', async () => {
    await using place = await rolledOut({ AUTOSCALER_BAKE_SECONDS: '30' });
    const { images, over, scaler, world } = place;
    addImage(world, 'sha256:bad', wellBehaved);
    await askFor(scaler, 'sha256:bad');
    const newOnes = () => world.nginx.servers().filter((server) => server !== `${old?.address}:8080`);
    let old: World['containers']['all'] extends Map<string, infer C> ? C | undefined : never;
    await scaler.until(() => {
      old = world.replicas().find(({ image, state }) => image === 'sha256:one' && state === 'running');
      return newOnes().length === 2 && world.nginx.servers().length === 3;
    });
    for (const one of world.replicas()) if (one.image === 'sha256:bad') await world.containers.stop(one);
    await over();
    expect(old?.state).toBe('running');
    expect(scaler.intent.current().past.at(-1)).toMatchObject({ outcome: 'rolled_back', cause: 'restarts' });
    expect(images()).toEqual(['sha256:one']);
  });

  test('answers 500 to users → goes back', async () => {
    await using place = await bad({}, null, { AUTOSCALER_BAKE_SECONDS: '30' });
    const { over, scaler, world } = place;
    const report = await scaler.until(({ rollout }) => rollout !== null && rollout.bakeFrom !== null);
    const address =
      report.replicas.find(({ release, state }) => release === report.rollout?.to.id && state === 'serving')?.address ??
      '';
    for (let count = 0; count < 3; count += 1)
      addRequest(
        world.figures,
        { status: 500, milliseconds: 1, weight: 1, kind: 'redirect', tries: [{ address, status: 500 }] },
        Date.now(),
      );
    await over();
    expect(scaler.intent.current().past.at(-1)).toMatchObject({ outcome: 'rolled_back', cause: 'errors' });
  });
});

describe('refused', () => {
  test('while another is under way → who holds it', async () => {
    await using place = await rolledOut();
    const { scaler, world } = place;
    addImage(world, 'sha256:two', wellBehaved);
    addImage(world, 'sha256:three', wellBehaved);
    await askFor(scaler, 'sha256:two', null, 'Ada');
    expect(await askFor(scaler, 'sha256:three')).toMatchObject({
      kind: 'refused',
      code: 'release_in_progress',
      message: expect.stringContaining('Ada'),
    });
  });

  test('two at the same moment → one begins, the other is told of it', async () => {
    await using place = await rolledOut();
    const { scaler, world } = place;
    addImage(world, 'sha256:two', wellBehaved);
    addImage(world, 'sha256:three', wellBehaved);
    const answers = await Promise.all([askFor(scaler, 'sha256:two'), askFor(scaler, 'sha256:three')]);
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['refused', 'started']);
  });

  test('an image that is not here, none before, paused, nothing to copy from', async () => {
    await using place = await rolledOut();
    const { scaler, world } = place;
    expect(await askFor(scaler, 'sha256:none')).toMatchObject({ code: 'no_such_image' });
    expect(await askFor(scaler, 'previous')).toMatchObject({ code: 'no_previous' });
    expect(await askFor(scaler, 'sha256:one')).toMatchObject({ kind: 'unchanged' });
    for (const { id } of world.containers.of('app-template')) world.containers.all.delete(id);
    expect(await askFor(scaler, 'sha256:one')).toMatchObject({ code: 'no_template' });
    await scaler.intent.update((before) => ({ ...before, paused: true }));
    expect(await askFor(scaler, 'sha256:one')).toMatchObject({ code: 'paused' });
    await scaler.intent.update((before) => ({ ...before, paused: false, release: null }));
    expect(await askFor(scaler, 'sha256:one')).toMatchObject({ code: 'no_release' });
  });
});

describe('the intent file', () => {
  test('unreadable → set aside, told, and the release is found again from the replicas', async () => {
    await using place = await rolledOut();
    const { images, world } = place;
    const path = `${world.directory}/intent.json`;
    await writeFile(path, '{"version":');
    const next = await world.startScaler();
    expect(next.unreadable).toEqual([`${path}.unreadable`]);
    expect(await readFile(`${path}.unreadable`, 'utf8')).toBe('{"version":');
    addImage(world, 'sha256:two', wellBehaved);
    await next.until(settled(2));
    expect(images()).toEqual(['sha256:one']);
  });
});
