import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { codeOf } from '../../../k6/lib/links.ts';
import { workloads } from '../../../k6/lib/workloads.ts';
import type { Api } from '../../src/load/api.ts';
import { expectClicks } from '../../src/load/clicks.ts';
import { parseLoadOptions } from '../../src/load/options.ts';
import { runLoad } from '../../src/load/run-load.ts';
import { nothingWatched } from '../../src/load/watch.ts';
import { result as fixture } from './fixtures.ts';

const project = join(import.meta.dirname, '..', '..', '..');
const redirects = 50;
const { sure } = expectClicks(workloads.smoke, new Map([['load', { started: redirects, answered: redirects }]]), []);

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'run-load-'));
  await mkdir(join(root, 'results'));
  await cp(join(project, 'monitoring', 'slo.json'), join(root, 'monitoring', 'slo.json'));
  const count = (value: number) => ({ values: { count: value } });
  const metrics = {
    'redirects_started{scenario:load}': count(redirects),
    'redirects_answered{scenario:load}': count(redirects),
    'http_reqs{scenario:load}': count(redirects),
    'redirects_failed{scenario:load}': { values: { rate: 0 }, thresholds: { 'rate<=0.001': { ok: true } } },
  };
  await writeFile(join(root, 'metrics.json'), JSON.stringify({ metrics }));
  // In k6's place: as if it had sent that.
  const lines = [`cp ${root}/metrics.json "$SUMMARY"`, `echo "$TARGET $HOST_NAME $PREFIX $API_KEY" > ${root}/asked`];
  lines.push(`echo "$NO_PROXY $no_proxy" > ${root}/proxies`);
  await writeFile(join(root, 'k6'), `#!/bin/sh\n${lines.join('\n')}\n`);
  await chmod(join(root, 'k6'), 0o755);
});
afterEach(() => rm(root, { recursive: true }));

/** A service with the clicks of what was sent, once it was sent, less so many of the first link. */
const serviceWith = (lost: number) => (): Api => {
  const has = () => existsSync(join(root, 'asked'));
  const prefix = async () => (await readFile(join(root, 'asked'), 'utf8')).split(' ')[2] ?? '';
  return {
    makeUser: async (name) => (/-0$/.test(name) ? 2 : 1),
    findUser: async () => undefined,
    makeUrls: async () => {},
    isTaken: async () => false,
    countUrls: async () => 0,
    async *urlsOf(user) {
      if (user === 2 || !has()) return;
      for (const [link, clicks] of sure.entries())
        yield { id: link, short_code: codeOf(await prefix(), link), click_count: clicks - (link === 0 ? lost : 0) };
    },
  };
};

const run = (lost: number, change: Partial<Parameters<typeof runLoad>[0]> = {}, scenario = 'smoke') =>
  runLoad(
    {
      ...{
        root,
        env: process.env,
        signal: new AbortController().signal,
        ...nothingWatched,
        machine: fixture().machine,
        key: 'sk',
      },
      k6: { command: join(root, 'k6'), args: [], cpuSeconds: async () => 0 },
      ask: serviceWith(lost),
      service: { target: 'https://127.0.0.1:8443', name: 'go.example.com' },
      patience: 1,
      now: () => performance.now(),
      print: () => {},
      ...change,
    },
    parseLoadOptions([scenario]),
    'scripts/load smoke',
  );

test('a load whose clicks are all there is a success, and was sent where the service is', async () => {
  const { result } = await run(0);
  expect(result.problems).toEqual([]);
  expect(result.clicks).toMatchObject({ answered: redirects, recorded: redirects });
  expect(await readFile(join(root, 'asked'), 'utf8')).toMatch(
    /^https:\/\/go\.example\.com:8443 go\.example\.com lt\S+- sk\n$/,
  );
});

test('no proxy of the environment takes load away from this machine; another one that was asked for may be behind it', async () => {
  const env = { ...process.env, HTTPS_PROXY: 'http://proxy.example.com', NO_PROXY: 'a.example', no_proxy: 'a.example' };
  const proxies = async () => await readFile(join(root, 'proxies'), 'utf8');
  await run(0, { env });
  expect(await proxies()).toBe('* *\n');
  await run(0, { env, service: { target: 'https://go.example.com' } });
  expect(await proxies()).toBe('a.example a.example\n');
});

test('one lost click is none', async () => {
  const { result } = await run(1);
  expect(result.problems).toEqual(['1 clicks of answered redirects are not recorded']);
});

test('one that was ended by Ctrl-C is none, even where all was well until then', async () => {
  const interrupt = new AbortController();
  const watch = async (ended: AbortSignal) => {
    await once(ended, 'abort');
    interrupt.abort();
    return [];
  };
  expect((await run(0, { signal: interrupt.signal, watch })).result.problems).toEqual(['it was ended before its time']);
});

test('one that a container of the stack did not outlive is none', async () => {
  const nginx = { id: 'a', name: 'stack-nginx-1', service: 'nginx', startedAt: 't0', restarts: 0, oomKilled: false };
  let restarts = 0;
  const stand = async () => [{ ...nginx, restarts: restarts++ }];
  expect((await run(0, { stand })).result.problems).toEqual(['stack-nginx-1 was restarted']);
});

test('replicas rest before stairs, so that what comes is what the stairs brought', async () => {
  const rests: string[] = [];
  const rest = async () => void rests.push('rested');
  await run(0, { rest });
  expect(rests).toEqual([]);
  await run(0, { rest }, 'scale');
  expect(rests).toEqual(['rested']);
});

test('after Ctrl-C while links are made nothing is sent', async () => {
  await expect(run(0, { signal: AbortSignal.abort(new Error('interrupted')) })).rejects.toThrow('interrupted');
  expect(existsSync(join(root, 'asked'))).toBe(false);
});
