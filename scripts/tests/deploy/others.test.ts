import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Here, parseName, unneededOthers } from '../../src/deploy/others.ts';
import { pruneImages } from '../../src/deploy/prune.ts';
import type { LoggedRelease } from '../../src/deploy/release-log.ts';
import type { Run } from '../../src/platform/run.ts';
import { idleServer } from './idle-server.ts';

const digest = (sign: string) => `sha256:${sign.repeat(64)}`;
const here = (id: string, name: string): Here => ({ id, ...parseName(name) });
const needs = { live: ['nginx:1.30.6', 'grafana/grafana:12.4.0'], names: [], used: [] };

test('the image of a version that was used before goes, that of now stays', () =>
  expect(unneededOthers([here('new', 'nginx:1.30.6'), here('old', 'nginx:1.30.5')], needs)).toEqual(['nginx:1.30.5']));

test('what the stack does not use is not ours to remove, however alike its name', () => {
  const theirs = ['me/nginx:1', 'nginxinc/nginx:1', 'r.example/nginx:1', 'grafana/loki:1', 'redis:8', 'nginx-else:1'];
  expect(
    unneededOthers(
      theirs.map((name) => here(name, name)),
      needs,
    ),
  ).toEqual([]);
});

test('a container, a setting or a release that has it keeps an image, by whichever name', () => {
  const all = [here('a', 'nginx:a'), here('b', 'nginx:b'), here('c', 'nginx:c'), here('d', `nginx@${digest('d')}`)];
  const kept = { ...needs, used: ['a'], names: ['docker.io/library/nginx:b', `nginx:1.29@${digest('d')}`] };
  expect(unneededOthers(all, kept)).toEqual(['nginx:c']);
  expect(unneededOthers([here('b', 'nginx:b'), here('b', 'nginx:other')], kept)).toEqual([]);
});

test('what a name has led to before it led elsewhere goes by its digest', () =>
  expect(unneededOthers([here('old', `nginx@${digest('e')}`)], needs)).toEqual([`nginx@${digest('e')}`]));

test.each([
  ['nginx', 'nginx', 'latest'],
  ['docker.io/valkey/valkey:9.1.2', 'valkey/valkey', '9.1.2'],
  ['r.example:5000/me/it', 'r.example:5000/me/it', 'latest'],
  ['r.example:5000/me/it:1', 'r.example:5000/me/it', '1'],
])('%s is listed as %s %s', (name, repository, tag) =>
  expect(parseName(name)).toEqual({ repository, tag, digest: '' }),
);

let root = '';
let asked: string[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'others-'));
  asked = [];
  const tree = join(root, '.deploy', 'trees', 'c'.repeat(40));
  await mkdir(tree, { recursive: true });
  for (const [folder, version] of [
    [root, '3'],
    [tree, '2'],
  ])
    await writeFile(join(folder ?? '', 'docker-compose.yml'), `nginx:${version}\n`);
});
afterEach(async () => await rm(root, { recursive: true }));

const served: LoggedRelease = {
  ...{ number: 1, at: '2026-01-31T12:00:00Z', commit: 'c'.repeat(40), images: {}, by: 'ann', seconds: 40 },
  ...{ outcome: 'serves', note: '' },
};
const rows = ['1', '2', '3', '4', '5'].map((version) => `sha256:${version} nginx ${version} <none>`);
const ours = `sha256:6 r.example/me/app <none> ${digest('6')}`;

/** An engine that has five images of nginx, of which a container of somebody else has the fourth. */
function engine(broken = ''): Run {
  return async (_program, args) => {
    const words = args.join(' ');
    asked.push(words);
    if (broken && words.includes(broken)) return { code: 1, stdout: '', stderr: 'broken' };
    const version = words.includes('/trees/') ? '2' : '3';
    if (words.endsWith('config --images'))
      return { code: 0, stdout: `nginx:${version}\nr.example/me/app:1\n`, stderr: '' };
    if (args[0] === 'ps') return { code: 0, stdout: 'container\n', stderr: '' };
    if (args[0] === 'inspect') return { code: 0, stdout: 'sha256:4\nnginx:4\n', stderr: '' };
    return { code: 0, stdout: words.includes('--digests') ? [...rows, ours].join('\n') : '', stderr: '' };
  };
}
const removed = () => asked.filter((words) => words.startsWith('image rm'));

async function prune(broken?: string): Promise<string[]> {
  const server = idleServer({ root, run: engine(broken) });
  const settings = async () => ({ NGINX_IMAGE_BEFORE: 'nginx:5', APP_IMAGE: 'r.example/me/app:1' });
  await pruneImages({ ...server, settings }, [served]);
  return removed();
}

test('after a release: what the files, a kept release, a container or a setting name stays, and releases from elsewhere', async () =>
  expect(await prune()).toEqual(['image rm nginx:1']));

test.each(['config --images', '/trees/', 'ps --all', 'inspect'])('"%s" fails: nothing is removed', async (broken) =>
  expect(await prune(broken)).toEqual([]),
);

test('the files of a kept release cannot be read: nothing is removed', async () => {
  await rm(join(root, '.deploy', 'trees', 'c'.repeat(40), 'docker-compose.yml'));
  expect(await prune()).toEqual([]);
});

test('files that came, that Compose does not take and that no release has, keep nothing', async () => {
  const tree = join(root, '.deploy', 'trees', 'd'.repeat(40));
  await mkdir(tree);
  await writeFile(join(tree, 'docker-compose.yml'), 'nonsense\n');
  expect(await prune(tree)).toEqual(['image rm nginx:1']);
});
