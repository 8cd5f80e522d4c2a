import { describe, expect, test } from '@jest/globals';
import { createAim } from '../../src/chaos/aim.ts';
import { container, healthy, replica } from '../support.ts';

const stack = [
  container({ id: 'n', name: 'nginx-1', service: 'nginx' }),
  container({ id: 'c', name: 'cache-1', service: 'cache', state: 'exited' }),
  container({ id: 't', name: 'app-template', service: 'app-template', state: 'created' }),
  ...['app-1', 'app-2', 'app-3'].map((name) => container({ id: name, name, service: 'app' })),
];
const replicas = [
  replica({ name: 'app-1', state: 'draining' }),
  replica({ name: 'app-2', state: 'serving' }),
  replica({ name: 'app-3', state: 'serving' }),
];
const aim = createAim({
  compose: { list: async () => stack },
  autoscaler: { status: async () => ({ ...healthy, replicas }) },
});
const none = 'what the drill is aimed at does not run';

describe('a fault is aimed', () => {
  test('at the service that it names', async () =>
    expect(await aim({ kind: 'pause', service: 'nginx' })).toEqual([{ id: 'n', name: 'nginx-1' }]));
  test('at nginx, to reload it', async () =>
    expect(await aim({ kind: 'reloads', times: 1, every: 1 })).toEqual([{ id: 'n', name: 'nginx-1' }]));
  test('at one replica that serves: the others harm nobody', async () =>
    expect(await aim({ kind: 'replica', how: 'kill' })).toEqual([{ id: 'app-2', name: 'app-2' }]));
  test('at every replica and not at the template of one', async () =>
    expect((await aim({ kind: 'replicas' })).map(({ name }) => name)).toEqual(['app-1', 'app-2', 'app-3']));
  test('at no container where it is traffic', async () => expect(await aim({ kind: 'traffic', times: 8 })).toEqual([]));
});

describe('there is nothing to aim at', () => {
  test('where the service does not run', () => expect(aim({ kind: 'kill', service: 'cache' })).rejects.toThrow(none));
  test('where no replica serves, or nobody says which', async () => {
    for (const seen of [undefined, { ...healthy, replicas: [] }]) {
      const blind = createAim({ compose: { list: async () => stack }, autoscaler: { status: async () => seen } });
      await expect(blind({ kind: 'replica', how: 'kill' })).rejects.toThrow(none);
    }
  });
});
