import { beforeAll, describe, expect, test } from '@jest/globals';
import { compose, mustScript, script } from './support/programs.ts';
import { rest, stack } from './support/stack.ts';

beforeAll(async () => void (await rest()));

describe('the verbs', () => {
  test('up a second time changes nothing', async () => {
    const ids = async () => (await stack.list()).map(({ id }) => id).toSorted();
    const before = await ids();
    await mustScript('up', '--images=debian');
    expect(await ids()).toEqual(before);
  });

  test('status shows replicas, decisions and services; doctor finds nothing wrong', async () => {
    const { code, stdout } = await script('status');
    expect(code).toBe(0);
    for (const part of [
      'release',
      'follows the load',
      '2 of 2 replicas serve',
      'proven',
      'postgres',
      'queue',
      'decisions',
    ])
      expect(stdout).toContain(part);
    expect(await script('doctor')).toMatchObject({ code: 0 });
  });

  test('doctor ends non-zero and names the remedy while a service is stopped', async () => {
    await compose('stop', 'cache');
    try {
      const { code, stdout } = await script('doctor');
      expect(code).toBe(1);
      expect(stdout).toContain('cache is exited');
      expect(stdout).toContain('scripts/up');
    } finally {
      await compose('start', 'cache');
    }
  });
});
