import { describe, expect, test } from '@jest/globals';
import type { Drill } from '../../src/chaos/drills.ts';
import { runDrill } from '../../src/chaos/run-drill.ts';
import { healthy } from '../support.ts';
import { expectation } from './fixtures.ts';
import { type Course, calm, createWorld, type World } from './world.ts';

const drill: Drill = { name: 'redis-down', title: '', seconds: 25, faults: [{ kind: 'kill', service: 'cache' }] };
const quiet = expectation({ alert: null });
const uneventful: Course = () => {};

/** Watched: the alert fires 30 s after its fault, its mail comes 5 s later, and its end 20 s after the cure. */
function watched(): World {
  let [since, cured] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const world = createWorld((second, { alerts, broken, mails }) => {
    if (broken) since = Math.min(since, second);
    else if (since < second) cured = Math.min(cured, second);
    const at = second * 1_000;
    const fires = second >= since + 30 && second < cured + 10;
    alerts.look(at, fires ? [{ name: 'RedisDown', state: 'firing' }] : []);
    if (second === since + 35) mails.push({ at, subject: 'CRITICAL RedisDown' });
    if (second === cured + 20) mails.push({ at, subject: 'resolved RedisDown' });
  });
  world.deps.watched = true;
  return world;
}

describe('a drill', () => {
  test('ten calm seconds, the fault for as long as it is to last, the cure, three calm seconds', async () => {
    const { deps, done } = createWorld(uneventful);
    const course = await runDrill(deps, drill, quiet);
    expect(done).toEqual(['11 inject kill; 1 written down', '36 revert start']);
    expect(course).toMatchObject({ felt: true, injected: 11_000, cured: 36_000, recovered: 36_000, mails: undefined });
    expect(await deps.journal.read()).toEqual([]);
  });
  test('one whose alert must reach people lasts until it has, and waits for the mail of its end', async () => {
    const { deps } = watched();
    const course = await runDrill(deps, drill, expectation());
    expect(course.mails).toEqual({ firing: course.injected + 35_250, resolved: course.cured + 20_250, messages: 2 });
    expect(course.cured).toBe(course.injected + 35_250);
  });
  test('where chat is seen as well, it lasts until both have been told', async () => {
    const { deps, mails } = watched();
    deps.chat = {
      get mails() {
        return mails.map(({ at, subject }) => ({ at: at + 3_000, subject })).filter(({ at }) => at <= deps.clock.now());
      },
      [Symbol.asyncDispose]: async () => {},
    };
    const { chat, cured, injected, mails: seen } = await runDrill(deps, drill, expectation());
    expect(seen).toEqual({ firing: injected + 35_250, resolved: cured + 20_250, messages: 2 });
    expect(chat).toEqual({ firing: injected + 38_250, resolved: cured + 23_250, messages: 2 });
    expect(cured).toBe(injected + 38_250);
  });
  test('a mail that never comes is waited for as long as was promised and half a minute more', async () => {
    const { deps } = watched();
    deps.inbox = { mails: [], [Symbol.asyncDispose]: async () => {} };
    const course = await runDrill(deps, drill, expectation());
    expect(course.mails).toEqual({ firing: undefined, resolved: undefined, messages: 0 });
    expect(course.cured - course.injected).toBe(90_000);
  });
  test('a fault that nobody feels is said to be that, and put back all the same', async () => {
    const { deps, done } = createWorld(uneventful);
    deps.feeling.felt = async () => false;
    expect((await runDrill(deps, drill, quiet)).felt).toBe(false);
    expect(done).toContainEqual(expect.stringContaining('revert'));
  });
});

describe('as before', () => {
  const failing = (broken: boolean) => (broken ? { ...calm, failed: 3 } : calm);
  test('is when requests are answered again', async () => {
    const { deps } = createWorld(uneventful, failing);
    const { cured, recovered = 0 } = await runDrill(deps, drill, quiet);
    expect(recovered - cured).toBeGreaterThan(0);
    expect(recovered - cured).toBeLessThanOrEqual(1_000);
  });
  test('is never while requests fail', async () => {
    const world = createWorld(uneventful, (broken) =>
      broken || world.done.length > 0 ? { ...calm, failed: 1 } : calm,
    );
    expect((await runDrill(world.deps, drill, quiet)).recovered).toBeUndefined();
  });
  test.each([
    ['as many as before', 2, 3, true],
    ['as many as the load asks for by then', 1, 1, true],
    ['fewer than both', 1, 2, false],
  ])('needs replicas: %s', async (_what, now, desired, wanted) => {
    const world = createWorld(uneventful);
    world.deps.countReplicas = async () => (world.done.length > 0 ? now : 2);
    world.deps.autoscaler.status = async () => ({
      ...healthy,
      decision: { desired, wanted: desired, reason: 'steady' },
    });
    expect((await runDrill(world.deps, drill, quiet)).recovered !== undefined).toBe(wanted);
  });
});

describe('nothing is broken', () => {
  const refused = async (world: World, why: string) => {
    await expect(runDrill(world.deps, drill, quiet)).rejects.toThrow(why);
    expect(world.done).toEqual([]);
  };
  test('where requests fail before', () =>
    refused(
      createWorld(uneventful, () => ({ ...calm, failed: 1 })),
      'requests fail or are slow',
    ));
  test('where an alert fires before that is not tolerated', () => {
    const fires =
      (...names: string[]): Course =>
      (second, { alerts }) =>
        alerts.look(
          second * 1_000,
          names.map((name) => ({ name, state: 'firing' })),
        );
    return refused(createWorld(fires('Watchdog', 'PostgresDown')), 'PostgresDown fires');
  });
  test('where it is interrupted before', () =>
    refused(
      createWorld((second, world) => second >= 5 && world.interrupt()),
      'interrupted',
    ));
});

describe('everything is as before', () => {
  test.each([11.25, 15, 35.75, 36.25])('after an interruption at %d s', async (moment) => {
    const world = createWorld((second, { interrupt }) => void (second >= moment && interrupt()));
    await expect(runDrill(world.deps, drill, quiet)).rejects.toThrow('everything is as before');
    expect([world.broken, world.done.at(-1)]).toEqual([false, expect.stringContaining('revert')]);
    expect(await world.deps.journal.read()).toEqual([]);
  });
  test('where the fault fails half way', async () => {
    const world = createWorld(uneventful);
    world.deps.injector.inject = async () => Promise.reject(new Error('no engine'));
    await expect(runDrill(world.deps, drill, quiet)).rejects.toThrow('no engine');
    expect(world.done).toEqual(['11 revert start']);
  });
});
