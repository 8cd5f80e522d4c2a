import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkout, project } from './support/place.ts';
import { docker } from './support/programs.ts';
import { eventually } from './support/stack.ts';

const name = `${project}-edge-alone`;
const address = 'http://127.0.0.1:18182';

const settings = {
  ACCESS_LOG: '/dev/null',
  DOMAIN: '',
  EDGE_BURST: '2',
  EDGE_LIMIT: 'on',
  EDGE_RATE: '1',
  FIGURES_TARGET: '127.0.0.1:9',
  LOG_RATE: '50',
};

/** An nginx with limits on and nobody behind it. */
beforeAll(async () => {
  const env = Object.entries(settings).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  const mounts = ['nginx.conf', 'templates'].flatMap((path) => [
    '--volume',
    `${join(checkout, 'nginx', path)}:/etc/nginx/${path}:ro`,
  ]);
  const place = ['--publish', '127.0.0.1:18182:80', '--tmpfs', '/var/log/edge'];
  await docker('run', '--detach', '--name', name, ...place, ...env, ...mounts, 'nginx:1.30.6');
  await eventually('it answers', async () => (await fetch(address)).status);
});
afterAll(async () => void (await docker('rm', '--force', name)));

const statuses = async (path: string, count: number): Promise<number[]> => {
  const answers = await Promise.all(Array.from({ length: count }, () => fetch(`${address}${path}`)));
  return answers.map(({ status }) => status);
};

test('without any upstream file it starts and answers 503 at once', async () => {
  const response = await fetch(`${address}/abc1234`);
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
});

test('the API is limited by address, with a problem and how to go on', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => fetch(`${address}/users`)));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(6);
  const [first] = refused;
  const header = (key: string) => first?.headers.get(key);
  expect(['retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'].map(header)).toEqual([
    '1',
    '1',
    '0',
    '1',
  ]);
  expect(header('content-type')).toBe('application/problem+json');
  expect(await first?.json()).toMatchObject({
    status: 429,
    title: 'Too Many Requests',
    request_id: header('x-request-id'),
  });
});

test('another spelling of the same path, and an address that a client claims, change nothing', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '203.0.113.9' };
  const answers = await Promise.all(
    ['/USERS', '/v1/users', '/users/', '/%75sers'].map((path) => fetch(`${address}${path}`, { headers })),
  );
  expect(answers.some(({ status }) => status === 429)).toBe(true);
});

test('redirects are not limited', async () => {
  expect(new Set(await statuses('/abc1234', 100))).toEqual(new Set([503]));
});
