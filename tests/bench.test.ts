import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { decodeCursor } from '../app/src/http/query.ts';
import { freePort } from '../app/tests/support/free-port.ts';
import { defaultTemplate, renderUpstream } from '../autoscaler/src/edge/upstream.ts';
import { spreadOver } from '../bench/data.ts';
import type { Growth } from '../bench/growth.ts';
import { middleOfList } from '../bench/growth-list.ts';
import { growthVerdict, missedShares } from '../bench/growth-verdict.ts';
import { lostClicks, redirectsOf } from '../bench/lost-clicks.ts';
import { nginxConfig } from '../bench/nginx-config.ts';
import { readOptions } from '../bench/options.ts';
import { answered } from '../bench/programs.ts';
import { stackReport } from '../bench/stack-report.ts';
import { bareUpstream, bareWords, wayOf } from '../bench/stack-way.ts';

describe('what a benchmark is asked for', () => {
  test('is every case, unless some are named', () => {
    expect(readOptions([]).cases.length).toBeGreaterThan(5);
    expect(readOptions(['--case', 'hot,zipf', '--rounds', '1']).cases.map(({ name }) => name)).toEqual(['hot', 'zipf']);
  });
  test.each([
    [['--bogus'], "Unknown option '--bogus'"],
    [['--case', 'nothere'], '--case nothere: one of hot, '],
    [['--rounds', '0'], '--rounds takes a whole number from 1'],
    [['--growth', '--rows', '999'], '--growth takes --rows from 1000'],
  ])('%j is refused in a line', (words, line) => expect(() => readOptions(words)).toThrow(line));
});

describe('the clicks of a benchmark', () => {
  const counted = { what: 'hot', redirects: 100, clicks: 102, stored: 102 };
  test('are as many as the redirects, and those of connections that were cut', () =>
    expect(lostClicks([counted, { what: 'stack', redirects: 100, clicks: 100 }])).toEqual([]));
  test('that are missing, or not in Postgres, or twice there, are lost', () => {
    expect(lostClicks([{ ...counted, clicks: 99, stored: 99 }])).toEqual([
      'hot: 100 redirects were answered, 99 clicks were counted',
    ]);
    expect(
      lostClicks([
        { ...counted, stored: 101 },
        { ...counted, stored: 103 },
      ]),
    ).toHaveLength(2);
  });
  test('are those of answers that were redirects', () => {
    expect(redirectsOf('zipf', { requests: 100, refused: 10 })).toBe(90);
    expect(redirectsOf('unknown', { requests: 100, refused: 100 })).toBeUndefined();
    expect(lostClicks([{ ...counted, redirects: undefined, clicks: 0, stored: 0 }])).toEqual([]);
  });
});

describe('the ceiling', () => {
  const upstream = (...addresses: string[]) => {
    const servers = addresses.map((address, index) => ({ address, name: `app-${index}` }));
    const shape = { name: 'app', parameters: 'max_fails=3', template: defaultTemplate };
    return renderUpstream({ generation: 1, servers, down: false }, shape);
  };
  test('has its servers reached in the way that the replicas of the stack are', () => {
    expect(wayOf(upstream('unix:/run/replicas/a.sock', 'unix:/run/replicas/b.sock'))).toBe('unix sockets');
    expect(wayOf(upstream('10.0.0.2:8080'))).toBe('addresses');
    expect(() => wayOf(upstream('unix:/run/replicas/a.sock', '10.0.0.2:8080'))).toThrow('some replicas by sockets');
    expect(() => wayOf('')).toThrow('none of the autoscaler');
  });
  test('names what each bare server is told to listen at', () => {
    const way = 'unix sockets';
    const socket = bareWords('bare-1', 8080, way).at(-1);
    expect(
      nginxConfig('/tmp', [{ name: 'c', address: '8080', upstream: [bareUpstream('bare-1', 8080, way)] }]),
    ).toContain(`server unix:${socket} max_fails=3`);
    expect(bareWords('bare-1', 8080, 'addresses')).toEqual(['/bare-server.ts', '8080', '0.0.0.0']);
    expect(bareUpstream('bare-1', 8080, 'addresses')).toBe('bare-1:8080');
  });
  test('is said to have been reached in that way', () => {
    const load = { perSecond: 10, p50: 1, p99: 2, max: 3, requests: 10, refused: 0, broken: 0 };
    const round = { stack: load, ceiling: load, cost: {}, ceilingCost: {}, clicks: 10 };
    expect(stackReport([round], 'addresses')).toContain('nginx reached replicas and bare servers by addresses');
  });
  test('answers at its socket, to every user, as at its port', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bare-'));
    const socket = join(folder, 'bare.sock');
    const port = await freePort();
    const file = join(import.meta.dirname, '..', 'bench', 'bare-server.ts');
    const server = spawn(process.execPath, [file, String(port), '127.0.0.1', socket], { stdio: 'ignore' });
    try {
      await answered(`http://127.0.0.1:${port}/`, 302, 30_000);
      const [response] = (await once(get({ socketPath: socket, path: '/' }), 'response')) as [IncomingMessage];
      response.resume();
      expect([response.statusCode, response.headers.location]).toEqual([302, 'https://example.com/a/page']);
      expect((await stat(socket)).mode & 0o666).toBe(0o666);
    } finally {
      server.kill();
      await once(server, 'exit');
      await rm(folder, { recursive: true });
    }
  });
});

test('growth is within its goal figure by figure; an export of few rows says nothing', () => {
  const speed = { perSecond: 1, ratio: 0.6, p99: 10 };
  const small: Growth = {
    ...{ urls: 1_000, events: 0, hit: speed, miss: { ...speed, postgresMicros: 1 } },
    ...{ list: 4, stats: 5, history: 5, exportRate: 1 },
  };
  const middle = { ...small, urls: 100_000, exportRate: 30_000 };
  const large = { ...small, urls: 10_000_000, hit: { ...speed, ratio: 0.55 }, list: 5, exportRate: 24_000 };
  const lines = growthVerdict([small, middle, large]).split('\n');
  expect(lines).toContain('- redirects, share of the ceiling: 8 % worse ✓');
  expect(lines).toContain('- page of urls: 25 % worse ✗');
  expect(lines).toContain('- export: 20 % worse ✗');
  expect(lines.filter((line) => line.endsWith('✓'))).toHaveLength(6);
  expect(missedShares([small, middle, large])).toEqual([]);
  const worse = { ...large, miss: { ...small.miss, ratio: 0.5 } };
  expect(missedShares([small, middle, worse])).toEqual(['unknown codes, share of the ceiling: 17 % worse']);
});

test.each([
  [1_000_000, 100_000],
  [20_000, 20_000],
  [1, 1],
])('of %i rows, %i popular links lie far apart, and each in a row of its own', (rows, popular) => {
  const found = spreadOver(rows, popular);
  expect(new Set(found).size).toBe(popular);
  expect([Math.min(...found.slice(0, 1_000)) >= 1, Math.max(...found.slice(-1_000)) <= rows]).toEqual([true, true]);
  // The few that get most of the redirects are no more of one part of the table than of another.
  const halves = found.slice(0, 100).filter((row) => row <= rows / 2).length;
  if (popular > 100) expect(Math.abs(halves - 50)).toBeLessThan(5);
  for (const [rank, row] of found.slice(1, 100).entries())
    expect(Math.abs(row - (found[rank] ?? 0))).toBeGreaterThan(rows / 4);
});

test('a page of urls is asked for from the middle of the list', () => {
  const wanted = new URL(middleOfList(1_000_000), 'http://localhost').searchParams;
  expect(decodeCursor(wanted.get('cursor') ?? '', z.array(z.int()))).toEqual([500_000]);
});

test.each([['--case=hto'], ['--soak=long'], ['--rounds=0'], ['--growth', '--rows=999']])(
  '%s %s is refused before anything is started',
  (...words) => {
    const main = join(import.meta.dirname, '..', 'bench', 'main.ts');
    const { status, stderr } = spawnSync(process.execPath, [main, ...words], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/--case hto: one of hot|takes a whole number|--growth takes --rows from 1000/),
    ]);
  },
);
