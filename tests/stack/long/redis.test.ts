import { afterAll, expect, test } from '@jest/globals';
import { createSecretStore } from '../../../scripts/src/secrets/secret-store.ts';
import { checkout, project } from '../support/place.ts';
import { docker, mustScript, run } from '../support/programs.ts';
import { ask, eventually, rest, shorten } from '../support/stack.ts';

const store = createSecretStore({ root: checkout });
const redis = 'redis:8.0.6';
const valkey = 'valkey/valkey:9.1.2';

const use = async (image: string): Promise<void> => {
  await store.remember({ CACHE_IMAGE: image, QUEUE_IMAGE: image });
  // What one has written the other need not read: a switch begins with an empty queue.
  await run('docker', ['compose', 'rm', '--stop', '--force', 'queue']);
  await run('docker', ['volume', 'rm', `${project}_queue`]);
  await mustScript('up', '--images=debian');
  await rest();
};

afterAll(async () => await use(valkey), 300_000);

test('with Redis 8 in place of Valkey 9 links are made, followed and counted', async () => {
  await use(redis);
  expect(await docker('inspect', '--format', '{{.Config.Image}}', `${project}-queue-1`)).toBe(redis);
  const code = await shorten('https://example.com/redis');
  const followed = await ask('GET', `/${code}`);
  expect(followed.status).toBe(302);
  await eventually('the click is in the history', async () => {
    const response = await ask('GET', '/events?event_type=click&order=desc&per_page=5');
    const events = (await response.json()) as { details: { short_code: string } }[];
    return events.some(({ details }) => details.short_code === code) ? true : undefined;
  });
}, 300_000);
