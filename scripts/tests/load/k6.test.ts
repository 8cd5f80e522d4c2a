import { describe, expect, test } from '@jest/globals';
import { findK6, k6Image } from '../../src/load/k6.ts';

const find = (
  programs: readonly string[],
  images: readonly string[],
  env: NodeJS.ProcessEnv = { PATH: '/usr/bin:/opt/bin' },
) =>
  findK6({
    root: '/project',
    env,
    isProgram: async (path) => programs.includes(path),
    hasImage: async (image) => images.includes(image),
  });

describe('which k6 runs a scenario', () => {
  test('one of the PATH before the image', async () =>
    expect(await find(['/opt/bin/k6'], [k6Image])).toEqual({ command: '/opt/bin/k6', args: [] }));
  test('the image where there is no program, with this machine as its network', async () => {
    const { command, args } = await find([], [k6Image]);
    expect([command, args.slice(-1)]).toEqual(['docker', [k6Image]]);
    expect(args.join(' ')).toContain('--network host');
    expect(args.join(' ')).toContain('--env API_KEY --env');
  });
  test('the chosen one, and no other in its place', async () => {
    expect(await find(['/a/k6'], [], { K6: '/a/k6' })).toEqual({ command: '/a/k6', args: [] });
    await expect(find(['/opt/bin/k6'], [k6Image], { K6: '/b', PATH: '/opt/bin' })).rejects.toThrow('not a program');
  });
  test('none: what to do', () => expect(find([], [])).rejects.toThrow('scripts/install-k6'));
});
