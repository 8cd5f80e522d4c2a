import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { wellBehaved } from './support/fake-replica.ts';
import { createWorld, settled, type World } from './support/world.ts';

const addresses = ({ replicas }: World) =>
  replicas()
    .map(({ address }) => `${address}:8080`)
    .sort();

describe('from nothing', () => {
  test('min replicas are made from the template, warmed, and in the upstream that nginx has read', async () => {
    await using world = await createWorld();
    const { until } = await world.startScaler();
    await until(settled(2));
    expect(world.nginx.servers().sort()).toEqual(addresses(world));
    expect(
      world
        .replicas()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['demo-app-1', 'demo-app-2']);
    expect(world.replicas()[0]).toMatchObject({
      image: 'sha256:one',
      hostConfig: { NanoCpus: 750_000_000, ReadonlyRootfs: true },
      config: { Env: ['LEVEL=info'], User: '1000' },
    });
  });

  test('no template → nothing, and the reason says so', async () => {
    await using world = await createWorld();
    for (const { id } of world.containers.of('app-template')) world.containers.all.delete(id);
    const { tick } = await world.startScaler();
    expect((await tick()).decision.reason).toBe('no_template');
    expect(world.engine.calls).toEqual([]);
  });

  test('settled → a tick changes nothing any more', async () => {
    await using world = await createWorld();
    const { until, tick } = await world.startScaler();
    await until(settled(2));
    const before = world.engine.calls.length;
    await tick();
    await tick();
    expect(world.engine.calls.length).toBe(before);
  });
});

describe('load', () => {
  test('up and down again → up to four, then drained back to two, and the upstream always serves', async () => {
    await using world = await createWorld();
    const { until } = await world.startScaler();
    await until(settled(2));
    world.demand.cpus = 1.6;
    await until(settled(4));
    world.demand.cpus = 0.3;
    await until(settled(2));
    expect(world.nginx.servers().sort()).toEqual(addresses(world));
  });

  test('more is asked for, not long enough yet → the next look comes sooner', async () => {
    await using world = await createWorld({
      AUTOSCALER_TICK_MS: '2000',
      AUTOSCALER_UP_WINDOW_SECONDS: '600',
      AUTOSCALER_DOWN_WINDOW_SECONDS: '600',
    });
    const { until } = await world.startScaler();
    expect((await until(settled(2))).next).toBe(2_000);
    world.demand.cpus = 1.6;
    expect((await until(({ decision }) => decision.reason === 'window_up')).next).toBe(500);
  });

  test('a replica is warm → the next look, which admits it, comes at once', async () => {
    await using world = await createWorld();
    const { until } = await world.startScaler();
    const warmed = await until(({ steps }) =>
      steps.some(({ step, result }) => step.kind === 'warm' && result.kind === 'done'),
    );
    expect(warmed.next).toBe(0);
    expect((await until(({ next }) => next > 0)).steps).toContainEqual(
      expect.objectContaining({ step: expect.objectContaining({ kind: 'admit' }) }),
    );
  });

  test('counters cut off → no replica is taken away', async () => {
    await using world = await createWorld({ AUTOSCALER_MIN: '1' });
    const { until, tick } = await world.startScaler();
    world.demand.cpus = 0.9;
    await until(settled(2));
    world.engine.faults.push({ method: 'GET', path: /stats/, status: 500 });
    world.demand.cpus = 0;
    for (let count = 0; count < 10; count += 1) {
      const { decision } = await tick();
      expect(decision).toMatchObject({ desired: 2, reason: 'stats_missing' });
    }
  });
});

describe('healing', () => {
  test('a killed replica → replaced', async () => {
    await using world = await createWorld();
    const { until } = await world.startScaler();
    await until(settled(2));
    const [victim] = world.replicas();
    if (victim) await world.containers.stop(victim);
    await until((report) => settled(2)(report) && !report.replicas.some(({ id }) => id === victim?.id));
    expect(world.nginx.servers()).not.toContain(`${victim?.address}:8080`);
  });

  test('a replica that hangs → out of the upstream, then replaced', async () => {
    await using world = await createWorld({ AUTOSCALER_PROBE_TIMEOUT_MS: '300' });
    const { until } = await world.startScaler();
    await until(settled(2));
    const [victim] = world.replicas();
    if (victim) victim.behaviour.hangs = true;
    const report = await until(({ replicas }) => replicas.some(({ failure }) => failure === 'hung'));
    expect(report.steps.map(({ step }) => step.kind)).toContain('eject');
    await until((seen) => settled(2)(seen) && !seen.replicas.some(({ id }) => id === victim?.id));
  });

  test('all of them dead → the upstream keeps the last, marked down, until one serves again', async () => {
    await using world = await createWorld();
    const { until } = await world.startScaler();
    await until(settled(2));
    for (const one of world.replicas()) await world.containers.stop(one);
    await until(({ edge }) => edge.file?.down === true);
    expect(await readFile(world.settings.upstreamFile, 'utf8')).toContain(' down; #');
    await until(settled(2));
    expect(world.nginx.servers().sort()).toEqual(addresses(world));
  });

  test('new ones never get ready → removed, and made again ever more slowly', async () => {
    await using world = await createWorld({ AUTOSCALER_READY_TIMEOUT_SECONDS: '1', AUTOSCALER_MIN: '1' });
    world.containers.images.set('sha256:one', { ...wellBehaved, ready: 503 });
    const { until } = await world.startScaler();
    const kinds: string[] = [];
    const waiting = ({ steps, replicas }: Awaited<ReturnType<typeof until>>) => {
      kinds.push(...steps.map(({ step }) => step.kind));
      return kinds.filter((kind) => kind === 'remove').length >= 3 && replicas.length === 0 && steps.length === 0;
    };
    await until(waiting);
    expect(kinds.filter((kind) => kind === 'create').length).toBe(3);
  });
});

describe('the edge', () => {
  test('a configuration that nginx refuses → the file is put back and no container is touched', async () => {
    await using world = await createWorld();
    const { until, tick } = await world.startScaler();
    await until(settled(2));
    const before = await readFile(world.settings.upstreamFile, 'utf8');
    world.nginx.state.broken = true;
    world.demand.cpus = 1.6;
    await until(({ edgeResult }) => edgeResult?.kind === 'test_failed');
    expect(await readFile(world.settings.upstreamFile, 'utf8')).toBe(before);
    const { steps, edge } = await tick();
    expect({ state: edge.state, steps }).toEqual({ state: 'refused', steps: [] });
    world.nginx.state.broken = false;
    await until(settled(4));
  });

  test('a reload that nginx does not take → nothing that serves is taken away', async () => {
    await using world = await createWorld({ AUTOSCALER_PROBE_TIMEOUT_MS: '300', AUTOSCALER_PROOF_TIMEOUT_MS: '500' });
    const { until, tick } = await world.startScaler();
    await until(settled(2));
    world.nginx.state.deaf = true;
    const [victim] = world.replicas();
    if (victim) victim.behaviour.hangs = true;
    await until(({ edgeResult }) => edgeResult?.kind === 'unproven');
    const { replicas } = await tick();
    expect(replicas.some(({ id }) => id === victim?.id)).toBe(true);
    world.nginx.state.deaf = false;
    await until((seen) => settled(2)(seen) && !seen.replicas.some(({ id }) => id === victim?.id));
  });

  test('the file broken by hand → written again', async () => {
    await using world = await createWorld();
    const { until } = await world.startScaler();
    await until(settled(2));
    await writeFile(world.settings.upstreamFile, 'rubbish');
    await until(settled(2));
    expect(await readFile(world.settings.upstreamFile, 'utf8')).toContain('least_conn');
  });

  test('old workers still busy → the replica is not stopped before they are gone', async () => {
    await using world = await createWorld({ AUTOSCALER_DRAIN_TIMEOUT_SECONDS: '30' });
    const { until, tick, intent } = await world.startScaler();
    await intent.update((before) => ({ ...before, pinned: 3 }));
    await until(settled(3));
    world.nginx.state.oldWorkers = 1;
    await intent.update((before) => ({ ...before, pinned: 2 }));
    await until(({ replicas }) => replicas.some(({ state }) => state === 'draining'));
    for (let count = 0; count < 5; count += 1) await tick();
    expect(world.replicas().filter(({ state }) => state === 'running')).toHaveLength(3);
    world.nginx.state.oldWorkers = 0;
    await until(settled(2));
  });
});

describe('drain', () => {
  const draining = async (
    world: World,
    behave: (one: World['containers']['all'] extends Map<string, infer C> ? C : never) => void,
  ) => {
    const { until, intent } = await world.startScaler();
    await intent.update((before) => ({ ...before, pinned: 3 }));
    await until(settled(3));
    for (const one of world.replicas()) behave(one);
    await intent.update((before) => ({ ...before, pinned: 2 }));
    return until;
  };

  test('requests that do not end → cut at the deadline, and counted', async () => {
    await using world = await createWorld();
    const until = await draining(world, (one) => {
      one.behaviour.inFlight = 3;
    });
    const report = await until(({ steps }) => steps.some(({ result }) => result.cut));
    expect(report.steps.find(({ result }) => result.cut)?.result.cut).toBe(3);
    await until(settled(2));
  });

  test('SIGTERM ignored → removed by force', async () => {
    await using world = await createWorld();
    const until = await draining(world, (one) => {
      one.behaviour.stubborn = true;
    });
    await until(settled(2));
  });
});

describe('another autoscaler, or the same one again', () => {
  test.each(['starting', 'healthy', 'warm', 'serving'] as const)(
    'killed when the first replica is %s → the next one carries on, with no orphan',
    async (state) => {
      await using world = await createWorld();
      world.containers.images.set('sha256:one', { ...wellBehaved, ready: state === 'starting' ? 503 : 200 });
      const { until } = await world.startScaler();
      await until(({ replicas }) => replicas.some((replica) => replica.state === state));
      for (const one of world.replicas()) one.behaviour.ready = 200;
      const next = await world.startScaler();
      await next.until(settled(2));
      expect(world.replicas()).toHaveLength(2);
    },
  );

  test.each(['draining', 'stopped'] as const)('killed when one is %s → the next one carries on', async (state) => {
    await using world = await createWorld();
    const { until, intent } = await world.startScaler();
    await intent.update((before) => ({ ...before, pinned: 3 }));
    await until(settled(3));
    await intent.update((before) => ({ ...before, pinned: 2 }));
    await until(({ replicas }) => replicas.some((replica) => replica.state === state));
    const next = await world.startScaler();
    await next.until(settled(2));
    expect(world.replicas()).toHaveLength(2);
  });

  test('killed when one has failed → the next one replaces it', async () => {
    await using world = await createWorld();
    const { until } = await world.startScaler();
    await until(settled(2));
    const [victim] = world.replicas();
    if (victim) await world.containers.stop(victim);
    await until(({ replicas }) => replicas.some(({ state }) => state === 'failed'));
    const next = await world.startScaler();
    await next.until(settled(2));
    expect(world.replicas()).toHaveLength(2);
  });

  test('two at once → never more than desired', async () => {
    await using world = await createWorld();
    const [one, two] = await Promise.all([world.startScaler(), world.startScaler()]);
    for (let count = 0; count < 15; count += 1) {
      await Promise.allSettled([one.tick(), two.tick()]);
      expect(world.replicas().length).toBeLessThanOrEqual(2);
    }
    await one.until(settled(2));
  });
});

describe('the edge tells nothing', () => {
  test('it never has, or has a moment ago → nobody came; it could and is silent → the p95 is unknown', async () => {
    await using world = await createWorld();
    const { tick, until } = await world.startScaler();
    await until(settled(2));
    expect((await tick()).view.p95).toEqual({ kind: 'absent' });
    world.figures.beat = Date.now();
    expect((await tick()).view.p95).toEqual({ kind: 'absent' });
    world.figures.beat = Date.now() - 60_000;
    expect((await tick()).view.p95).toEqual({ kind: 'unknown' });
  });
});

describe('the engine', () => {
  test('has lost the template of the running release → says so, tries nothing, and goes on when there is one', async () => {
    await using world = await createWorld();
    const { until, tick } = await world.startScaler();
    await until(settled(2));
    for (const { id } of world.containers.of('app-template')) world.containers.all.delete(id);
    const [victim] = world.replicas();
    if (victim) await world.containers.stop(victim);
    await until(({ replicas }) => replicas.length === 1);
    const { decision, steps } = await tick();
    expect({ reason: decision.reason, steps }).toEqual({ reason: 'no_template', steps: [] });
    world.containers.template('sha256:one', 'h1');
    await until(settled(2));
  });

  test('starts its containers anew at other addresses → the upstream follows', async () => {
    await using world = await createWorld();
    const { until } = await world.startScaler();
    await until(settled(2));
    const [one, two] = world.replicas();
    if (!one || !two) throw new Error('two replicas');
    for (const each of [one, two]) {
      await world.containers.stop(each);
      each.address = each.address.replace(/\d+$/, (last) => String(Number(last) + 50));
      await world.containers.start(each);
    }
    await until((report) => settled(2)(report) && world.nginx.servers().includes(`${one.address}:8080`));
    expect(world.nginx.servers().sort()).toEqual(addresses(world));
    expect(world.replicas()).toHaveLength(2);
  });

  test('refuses to create again and again → tried ever more slowly', async () => {
    await using world = await createWorld();
    world.engine.faults.push({ method: 'POST', path: /create/, status: 500 });
    const { tick } = await world.startScaler();
    for (let count = 0; count < 10; count += 1) await tick();
    expect(world.engine.calls.filter((call) => call.includes('create')).length).toBeLessThanOrEqual(4);
  });

  test('is away → the tick fails, nothing is touched, and the next one carries on', async () => {
    await using world = await createWorld();
    const { until, tick } = await world.startScaler({ engineTimeout: 1_000 });
    await until(settled(2));
    const before = world.engine.calls.length;
    world.engine.faults.push({ method: 'GET', path: /containers\/json/, status: 'hang' });
    await expect(tick()).rejects.toThrow();
    world.engine.faults.length = 0;
    await until(settled(2));
    expect(world.engine.calls.length).toBe(before);
  });

  test('refuses one call → that step fails alone', async () => {
    await using world = await createWorld();
    world.engine.faults.push({ method: 'POST', path: /create/, status: 500 });
    const { until } = await world.startScaler();
    const report = await until(({ steps }) => steps.length > 0);
    expect(report.steps.map(({ result }) => result.kind)).toEqual(['failed', 'failed']);
    world.engine.faults.length = 0;
    await until(settled(2));
  });
});

describe('told to', () => {
  test('observe → decides, and touches nothing', async () => {
    await using world = await createWorld({ AUTOSCALER_MODE: 'observe' });
    const { tick } = await world.startScaler();
    const report = await tick();
    expect(report).toMatchObject({ acting: false, decision: { desired: 2, reason: 'below_min' } });
    expect(report.plan.map(({ kind }) => kind)).toEqual(['create', 'create']);
    expect(world.engine.calls).toEqual([]);
  });

  test('pause → hands off, also of what died', async () => {
    await using world = await createWorld();
    const { until, tick, intent } = await world.startScaler();
    await until(settled(2));
    await intent.update((before) => ({ ...before, paused: true }));
    const [victim] = world.replicas();
    if (victim) await world.containers.stop(victim);
    const before = world.engine.calls.length;
    expect((await tick()).decision.reason).toBe('paused');
    expect(world.engine.calls.length).toBe(before);
    await intent.update((intent) => ({ ...intent, paused: false }));
    await until(settled(2));
  });
});
