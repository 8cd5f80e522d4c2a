import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { faultyImage } from './support/faults.ts';
import { startLoad } from './support/load.ts';
import { docker, script } from './support/programs.ts';
import { eventually, holdTwo, rest, setting, stack, statusNow } from './support/stack.ts';

beforeEach(async () => void (await rest()));

/** The image that every replica runs now. */
async function images(): Promise<string[]> {
  const running = (await stack.list()).filter(({ service, state }) => service === 'app' && state === 'running');
  return [...new Set(running.map(({ imageId }) => imageId))];
}

const templates = async () => (await stack.list()).filter(({ service }) => service === 'app-template').length;

afterAll(async () => {
  await script('release', '--build');
});

describe('a good release under load', () => {
  test('rolls two replicas without a failed request, refuses another one meanwhile, and rolls back as well', async () => {
    // The load would bring up to five, and each takes its time; how many is not what is looked at here.
    await holdTwo();
    const [before = ''] = await images();
    const good = await faultyImage('none');
    await using load = await startLoad();
    const first = script('release', good.image);
    await eventually('it rolls', async () => (await statusNow()).rollout ?? undefined);
    const second = await script('release', '--build');
    expect(second.code).toBe(3);
    expect(second.stderr).toContain(good.image);
    expect(await first).toMatchObject({ code: 0 });
    expect(await images()).toEqual([good.imageId]);
    expect(await setting('APP_IMAGE')).toBe(good.image);
    const at = Date.now();
    const back = await script('rollback');
    expect(back.code).toBe(0);
    expect(Date.now() - at).toBeLessThan(30_000);
    expect(await images()).toEqual([before]);
    const { failures, gets } = await load.stop();
    expect(failures).toEqual([]);
    expect(gets).toBeGreaterThan(500);
  });
});

describe('a bad release under load', () => {
  test.each([
    ['never gets ready', 'unready', 'not_ready'],
    ['answers 500 to redirects', 'errors', 'warm_failed'],
    ['answers 500 to redirects of links that there are', 'some-errors', 'errors'],
    ['crashes after 20 s', 'crash', 'restarts'],
    ['is slow', 'slow', 'slow'],
  ] as const)('one that %s: the old one keeps serving, exit code and message say why', async (_what, fault, cause) => {
    const [before = ''] = await images();
    const kept = await templates();
    const bad = await faultyImage(fault);
    await using load = await startLoad();
    const { code, stdout } = await script('release', bad.image);
    const { failures } = await load.stop();
    expect(stdout).toContain(`rolled back: ${cause}`);
    expect(code).toBe(4);
    expect(await images()).toEqual([before]);
    expect(await templates()).toBe(kept);
    expect(await setting('APP_IMAGE')).not.toBe(bad.image);
    const allowed = fault === 'some-errors' ? new Set(['500']) : new Set<string>();
    expect(failures.filter(({ what }) => !allowed.has(what))).toEqual([]);
  });
});

test('an image that does not exist is refused before anything moves', async () => {
  const before = await docker('ps', '-aq', '--no-trunc');
  const { code, stderr } = await script('release', 'shortstack/app:no-such-tag');
  expect(code).toBe(1);
  expect(stderr).toContain('no-such-tag');
  expect(await docker('ps', '-aq', '--no-trunc')).toBe(before);
});
