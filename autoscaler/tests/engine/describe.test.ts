import { beforeEach, describe, expect, test } from '@jest/globals';
import { createDescribe } from '../../src/engine/describe.ts';
import type { ContainerId } from '../../src/engine/engine.ts';
import { type Listed, parseList } from '../../src/engine/replies.ts';

const signal = new AbortController().signal;
const place = () => ({ project: 'demo', network: 'edge' });

let at: number;
let asked: string[];
let address: string;
let there: boolean;
let described: ReturnType<typeof createDescribe>;

const body = (id: string) => ({
  Id: id,
  Name: `/${id}`,
  Created: '2026-01-01T00:00:00Z',
  Image: 'sha256:one',
  State: { Status: 'running', StartedAt: '2026-01-01T00:00:01Z', Health: { Status: 'healthy' } },
  HostConfig: { NanoCpus: 5e8 },
  Config: { Labels: {} },
  NetworkSettings: { Networks: { demo_edge: { IPAddress: address } } },
});

const line = (Status: string, IPAddress = address, State = 'running'): Listed => {
  const [one] = parseList([{ Id: 'a', State, Status, NetworkSettings: { Networks: { demo_edge: { IPAddress } } } }]);
  if (!one) throw new Error('nothing listed');
  return one;
};
const look = (one: Listed) => described.container(one, signal);

beforeEach(() => {
  [at, asked, address, there] = [0, [], '10.0.0.1', true];
  described = createDescribe({
    inspect: async (id) => {
      asked.push(id);
      return there ? body(id) : undefined;
    },
    place,
    now: () => at,
  });
});

describe('a container that the list tells the same of', () => {
  test.each(['Up 5 minutes (healthy)', 'Up About a minute', 'Up About an hour (unhealthy)', 'Up 3 days'])(
    'is asked for once in ten seconds: %s',
    async (status) => {
      const first = await look(line(status));
      at = 9_999;
      expect(await look(line(status))).toEqual(first);
      expect(asked).toHaveLength(1);
      at = 10_000;
      expect(await look(line(status))).toEqual(first);
      expect(asked).toHaveLength(2);
    },
  );

  test.each([
    ['Up Less than a second', 'running'],
    ['Up 1 second (health: starting)', 'running'],
    ['Up 59 seconds (healthy)', 'running'],
    ['Up 5 minutes (Paused)', 'paused'],
    ['Exited (0) 5 minutes ago', 'exited'],
    ['Restarting (1) 5 minutes ago', 'restarting'],
    ['', 'running'],
  ])('is asked for each time while that may hide a restart: %s', async (status, state) => {
    await look(line(status, address, state));
    await look(line(status, address, state));
    expect(asked).toHaveLength(2);
  });
});

describe('is asked for at once', () => {
  test.each([
    ['its health changed', () => line('Up 5 minutes (unhealthy)')],
    ['it began anew', () => line('Up 2 seconds (health: starting)')],
    ['it is paused', () => line('Up 5 minutes (Paused)', address, 'paused')],
    ['it ended', () => line('Exited (137) Less than a second ago', '', 'exited')],
    ['it has another address', () => line('Up 5 minutes (healthy)', '10.0.0.9')],
  ])('when %s', async (_, next) => {
    await look(line('Up 5 minutes (healthy)'));
    await look(next());
    expect(asked).toHaveLength(2);
  });

  test('when it was away from the list', async () => {
    await look(line('Up 5 minutes'));
    described.keep(new Set(['b' as ContainerId]));
    await look(line('Up 5 minutes'));
    expect(asked).toHaveLength(2);
  });
});

test('one that went between the list and the question is none, and is not remembered', async () => {
  there = false;
  expect(await look(line('Up 5 minutes'))).toEqual([]);
  there = true;
  expect(await look(line('Up 5 minutes'))).toMatchObject([{ id: 'a', address: '10.0.0.1', cpus: 0.5 }]);
});

test('a template is asked for once, for good', async () => {
  const first = await described.template('t' as ContainerId, signal);
  at = 1e9;
  expect(await described.template('t' as ContainerId, signal)).toEqual(first);
  expect(asked).toEqual(['t']);
});
