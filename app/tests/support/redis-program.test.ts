import { expect, test } from '@jest/globals';
import { findRedis, type Machine } from './redis-program.ts';

type Bare = { programs?: string[]; works?: string[]; env?: Record<string, string>; isRoot?: boolean };

/** A machine of which we say what is on it; what was run there is kept. */
function machine({ programs = [], works = [], env = { PATH: '/bin' }, isRoot = false }: Bare) {
  const ran: string[] = [];
  const there = new Set(programs);
  const succeeds: Machine['succeeds'] = async (command, args) => {
    const line = [command, ...args].join(' ');
    ran.push(line);
    const worked = works.some((start) => line.startsWith(start));
    if (worked && line.startsWith('apt-get install')) there.add('/usr/bin/redis-server');
    return worked;
  };
  return { ran, machine: { env, isRoot, succeeds, isExecutable: async (path: string) => there.has(path) } };
}

test('valkey comes before redis, and the PATH before the usual places', async () => {
  const programs = ['/opt/mine/redis-server', '/usr/bin/valkey-server', '/opt/mine/valkey-server'];
  const found = await findRedis(machine({ programs, env: { PATH: '/bin:/opt/mine' } }).machine);
  expect(found).toEqual({ kind: 'binary', path: '/opt/mine/valkey-server' });
});

test('a usual place that is not on the PATH is found', async () => {
  const found = await findRedis(machine({ programs: ['/opt/homebrew/bin/redis-server'], env: {} }).machine);
  expect(found).toEqual({ kind: 'binary', path: '/opt/homebrew/bin/redis-server' });
});

test('TEST_REDIS_SERVER comes before everything, and is never replaced silently', async () => {
  const env = { TEST_REDIS_SERVER: '/opt/redis-8/redis-server' };
  const programs = ['/usr/bin/valkey-server', '/opt/redis-8/redis-server'];
  expect(await findRedis(machine({ programs, env }).machine)).toEqual({ kind: 'binary', path: env.TEST_REDIS_SERVER });
  await expect(findRedis(machine({ programs: ['/usr/bin/valkey-server'], env }).machine)).rejects.toThrow(
    'TEST_REDIS_SERVER is /opt/redis-8/redis-server, which is not a program',
  );
});

test('without a program, Docker is asked, and pulls only what it lacks', async () => {
  const pulling = machine({ works: ['docker info', 'docker pull'] });
  expect(await findRedis(pulling.machine)).toEqual({ kind: 'docker', image: 'valkey/valkey:9' });
  expect(pulling.ran).toEqual(['docker info', 'docker image inspect valkey/valkey:9', 'docker pull valkey/valkey:9']);
  const having = machine({ works: ['docker info', 'docker image'], env: { TEST_REDIS_IMAGE: 'redis:8' } });
  expect(await findRedis(having.machine)).toEqual({ kind: 'docker', image: 'redis:8' });
});

test('a root without Docker installs with apt, after an update if need be', async () => {
  const fresh = machine({ works: ['apt-get install'], isRoot: true });
  expect(await findRedis(fresh.machine)).toEqual({ kind: 'binary', path: '/usr/bin/redis-server' });
  const stale = machine({ works: ['apt-get update'], isRoot: true });
  await expect(findRedis(stale.machine)).rejects.toThrow('The tests need a Redis-compatible server');
  expect(stale.ran.filter((line) => line.startsWith('apt-get'))).toHaveLength(3);
});

test('where nothing goes, one sentence says what to install, and apt was left alone', async () => {
  const bare = machine({ works: ['apt-get'] });
  await expect(findRedis(bare.machine)).rejects.toThrow('install valkey-server or redis-server, start Docker, or set');
  expect(bare.ran).toEqual(['docker info']);
});
