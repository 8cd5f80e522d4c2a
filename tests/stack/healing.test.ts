import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startLoad } from './support/load.ts';
import { base } from './support/place.ts';
import { docker } from './support/programs.ts';
import {
  addressOf,
  eventually,
  holdTwo,
  replicas,
  rest,
  servingNames,
  shorten,
  statusNow,
  untilServing,
  upstreamAddresses,
} from './support/stack.ts';

beforeEach(async () => void (await rest()));
afterEach(async () => void (await rest()));

const failedGets = (failures: readonly { method: string }[]) => failures.filter(({ method }) => method === 'GET');

describe('replicas that fail', () => {
  test('one is killed under load: no GET fails, its replacement serves within 8 s', async () => {
    await holdTwo();
    await using load = await startLoad();
    const [victim = ''] = await servingNames();
    const at = Date.now();
    await docker('kill', victim);
    await eventually('the dead one is gone', async () => ((await servingNames()).includes(victim) ? undefined : true));
    await untilServing(2);
    const took = Date.now() - at;
    const { failures, slowest } = await load.stop();
    expect(failedGets(failures)).toEqual([]);
    expect(slowest).toBeLessThan(2_000);
    expect(took).toBeLessThan(8_000);
  });

  test('one hangs under load: out of the upstream within 4 s and replaced, no GET fails', async () => {
    await holdTwo();
    await using load = await startLoad();
    const [victim = ''] = await servingNames();
    const address = await addressOf(victim);
    const at = Date.now();
    await docker('pause', victim);
    await eventually('it is out of the upstream', async () =>
      (await upstreamAddresses()).includes(address) ? undefined : true,
    );
    expect(Date.now() - at).toBeLessThan(4_000);
    await untilServing(2);
    const { failures, slowest } = await load.stop();
    expect(failedGets(failures)).toEqual([]);
    // One that reached the hanging replica is given to another one after 1.5 s.
    expect(slowest).toBeLessThan(2_000);
  });

  test('all are killed: 503 as JSON at once, and redirects again once the first one is ready', async () => {
    const code = await shorten('https://example.com/after');
    await Promise.all((await replicas()).map(({ id }) => docker('kill', id)));
    const at = Date.now();
    const response = await fetch(`${base}/${code}`, { redirect: 'manual' });
    expect(Date.now() - at).toBeLessThan(1_500);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({ status: 503, error: 'No replica is available' });
    expect(problem['request_id']).toBe(response.headers.get('x-request-id'));
    const anyReady = async () => (await statusNow()).replicas.some((replica) => replica.ready === true);
    // Before it has looked again, the autoscaler knows only those that were.
    const ready = eventually('none is ready', async () => ((await anyReady()) ? undefined : true)).then(() =>
      eventually('a new one is ready', async () => ((await anyReady()) ? Date.now() : undefined)),
    );
    const back = eventually('redirects are back', async () => {
      const again = await fetch(`${base}/${code}`, { redirect: 'manual' });
      return again.status === 302 ? Date.now() : undefined;
    });
    expect((await back) - (await ready)).toBeLessThan(3_000);
    await untilServing(2);
  });
});
