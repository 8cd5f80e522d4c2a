import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { findK6, k6Image } from '../../src/load/k6.ts';
import { describeK6, describeMachine } from '../../src/load/machine.ts';

const find = (
  programs: readonly string[],
  images: readonly string[],
  env: NodeJS.ProcessEnv = { PATH: '/usr/bin:/opt/bin' },
  socketPath = '/none',
) =>
  findK6({
    root: '/project',
    env,
    socketPath,
    isProgram: async (path) => programs.includes(path),
    hasImage: async (image) => images.includes(image),
  });

describe('which k6 runs a scenario', () => {
  test('one of the PATH before the image', async () =>
    expect(await find(['/opt/bin/k6'], [k6Image])).toMatchObject({ command: '/opt/bin/k6', args: [] }));
  test('the image where there is no program, with this machine as its network', async () => {
    const { command, args } = await find([], [k6Image]);
    expect([command, args.slice(-1)]).toEqual(['docker', [k6Image]]);
    expect(args.join(' ')).toContain('--network host');
    expect(args.join(' ')).toContain('--env API_KEY --env');
  });
  test('the chosen one, and no other in its place', async () => {
    expect(await find(['/a/k6'], [], { K6: '/a/k6' })).toMatchObject({ command: '/a/k6', args: [] });
    await expect(find(['/opt/bin/k6'], [k6Image], { K6: '/b', PATH: '/opt/bin' })).rejects.toThrow('not a program');
  });
  test("what the image's container uses counts, not what the client does that started it", async () => {
    const server = createServer((request, response) => {
      const isOurs = request.url?.startsWith(`/containers/k6-${process.pid}/stats`);
      response.writeHead(isOurs ? 200 : 404);
      response.end(JSON.stringify({ cpu_stats: { cpu_usage: { total_usage: 7e9 } }, memory_stats: {} }));
    });
    const folder = await mkdtemp(join(tmpdir(), 'k6-'));
    const socketPath = join(folder, 'engine');
    await once(server.listen(socketPath), 'listening');
    const { args, cpuSeconds } = await find([], [k6Image], {}, socketPath);
    expect(args.join(' ')).toContain(`--name k6-${process.pid} `);
    expect(await cpuSeconds(process.pid)).toBe(7);
    server.close();
    await rm(folder, { recursive: true });
  });
  test('every setting of a scenario is passed on to it, and that it goes by no proxy', async () => {
    const text = readFileSync(join(import.meta.dirname, '../../../k6/lib/settings.ts'), 'utf8');
    const names = [...text.matchAll(/(?:need|ids|number)\('(\w+)'\)|__ENV\['(\w+)'\]/g)].map(([, a, b]) => a ?? b);
    const { args } = await find([], [k6Image]);
    expect(names).toHaveLength(10);
    for (const name of [...names, 'NO_PROXY', 'no_proxy']) expect(args.join(' ')).toContain(`--env ${name} `);
  });
  test('none: what to do', () => expect(find([], [])).rejects.toThrow('scripts/install-k6'));
});

test('the version of a generator is what it says of itself', async () => {
  const run = (stdout: string) => async () => ({ code: 0, stdout, stderr: '' });
  const k6 = { command: 'k6', args: [] };
  expect(await describeK6(run('k6 v0.58.0 (go1.24, linux/amd64)'), k6)).toBe('k6 0.58.0');
  expect(await describeK6(run(''), k6)).toBe('k6 of an unknown version');
});

test.each([
  ['that CI says', { GITHUB_SHA: 'abc' }, 'def\n', 'abc'],
  ['that git says', {}, 'def-dirty\n', 'def-dirty'],
  ['unknown where nobody says it', { GITHUB_SHA: '' }, '', 'unknown'],
])('the commit of a result is the one %s', async (_what, env, stdout, commit) => {
  const run = async () => ({ code: 0, stdout, stderr: '' });
  expect(await describeMachine({ run, env }, 'k6 1')).toMatchObject({ commit });
});
