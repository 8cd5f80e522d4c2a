import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { harmOf, readStandings, type Standing } from '../../src/load/standing.ts';

const standing = (change: Partial<Standing> = {}): Standing => ({
  id: 'a',
  name: 'stack-postgres-1',
  service: 'postgres',
  startedAt: '2026-01-01T00:00:00Z',
  restarts: 0,
  oomKilled: false,
  ...change,
});

describe('what happened to containers', () => {
  const harm = (was: Partial<Standing>, ...is: Partial<Standing>[]) => harmOf([standing(was)], is.map(standing));
  test('nothing, where they stand as they stood', () => expect(harm({ restarts: 3 }, { restarts: 3 })).toEqual([]));
  test('one was restarted: by the engine, which counts, or by anybody else', () => {
    expect(harm({}, { restarts: 1 })).toEqual(['stack-postgres-1 was restarted']);
    expect(harm({}, { startedAt: '2026-01-01T00:01:00Z' })).toEqual(['stack-postgres-1 was restarted']);
  });
  test('one ran out of memory, if it had not before', () => {
    expect(harm({}, { oomKilled: true })).toEqual([expect.stringContaining('stack-postgres-1 had no memory left')]);
    expect(harm({ oomKilled: true }, { oomKilled: true })).toEqual([]);
  });
  test('one is another one now, or none; replicas come and go', () => {
    expect(harm({}, { id: 'b' })).toEqual(['stack-postgres-1 is gone, or was replaced']);
    expect(harm({ service: 'app' }, { id: 'b', service: 'app' })).toEqual([]);
  });
});

test('how containers stand is what the engine says of those that run', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const labels = { 'com.docker.compose.service': 'postgres' };
    const listed = [{ Id: 'a', Names: ['/stack-postgres-1'], Labels: labels }];
    const state = { StartedAt: '2026-01-01T00:00:00Z', OOMKilled: true };
    const isList = request.url?.startsWith('/containers/json');
    response.end(JSON.stringify(isList ? listed : { RestartCount: 2, State: state }));
  });
  const folder = await mkdtemp(join(tmpdir(), 'standing-'));
  const socketPath = join(folder, 'engine');
  await once(server.listen(socketPath), 'listening');
  expect(await readStandings({ socketPath, project: 'stack' })).toEqual([standing({ restarts: 2, oomKilled: true })]);
  expect(asked.at(-1)).toBe('/containers/a/json');
  server.close();
  await rm(folder, { recursive: true });
});
