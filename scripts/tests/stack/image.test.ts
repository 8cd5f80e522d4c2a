import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { buildImages, foreignImages, pullImages } from '../../src/deploy/images.ts';
import type { Run } from '../../src/platform/run.ts';
import { fetchImage } from '../../src/stack/image.ts';

const dockerfile = readFileSync(join(import.meta.dirname, '..', '..', '..', 'Dockerfile'), 'utf8');

type Image = { id: string; inputs: string };
let builds = 0;
beforeEach(() => {
  builds = 0;
});

/** An engine without a build cache: each build gives another image, as each runner's does. */
function engineWith(images: Map<string, Image>): Run {
  const answer = (stdout = '', code = 0) => ({ code, stdout, stderr: '' });
  return async (program, args) => {
    const last = args.at(-1) ?? '';
    if (program === 'cat') return answer(dockerfile);
    if (args[0] === 'build') {
      const inputs = args.find((word) => word.startsWith('shortstack.inputs='))?.split('=')[1] ?? '';
      builds += 1;
      images.set(args[args.indexOf('--tag') + 1] ?? '', { id: `sha256:${String(builds).padStart(64, '0')}`, inputs });
    }
    const image = [...images].find(([name, { id }]) => [name, id].includes(last))?.[1];
    if (args[0] === 'image')
      return image ? answer(args[3]?.includes('Labels') ? image.inputs : image.id) : answer('', 1);
    const from = [...images].find(([name, { id }]) => [name, id].includes(args[1] ?? ''))?.[1];
    if (args[0] === 'tag' && from) images.set(last, from);
    return answer();
  };
}

const settings = { NGINX_IMAGE: 'nginx:1.30.6' };
const build = async (images = new Map<string, Image>()) => {
  const built = await buildImages({ run: engineWith(images), settings, print: () => {} });
  return Object.fromEntries(built.map((image) => [image.setting, image]));
};

test('built twice without a cache: Postgres keeps its image, for its name is that of what it is made from', async () => {
  const [first, second] = [await build(), await build()];
  expect(second['DATABASE_IMAGE']).toEqual(first['DATABASE_IMAGE']);
  expect(second['APP_IMAGE']).not.toEqual(first['APP_IMAGE']);
});

test('the server is asked for that name and for the content of the others', async () => {
  const { DATABASE_IMAGE: database, APP_IMAGE: app } = await build();
  expect(database?.id).toBe(database?.name);
  expect(app?.id).toMatch(/^sha256:/);
});

test('where an image of that name is, it is taken, and nothing is built', async () => {
  const images = new Map<string, Image>();
  const { DATABASE_IMAGE: before } = await build(images);
  const ids = () => images.get(before?.name ?? '')?.id;
  const [id, built] = [ids(), builds];
  await build(images);
  expect([ids(), builds - built]).toEqual([id, 5]);
  expect(images.get('shortstack/database:latest')?.id).toBe(id);
});

test('fetched from a registry it has the same name as built here', async () => {
  const { DATABASE_IMAGE: built } = await build();
  const digest = `registry.example/me/database@sha256:${'d'.repeat(64)}`;
  const there = new Map<string, Image>(
    ['app', 'autoscaler', 'certificates', 'backup', 'tools'].map((name) => [
      `registry.example/me/${name}:c0ffee`,
      { id: `sha256:${name.padEnd(64, '0')}`, inputs: '' },
    ]),
  );
  there.set(digest, { id: `sha256:${'e'.repeat(64)}`, inputs: built?.name.split(':')[1] ?? '' });
  const source = { prefix: 'registry.example/me', tag: 'c0ffee', pinned: { database: digest } };
  const pulled = await pullImages({ run: engineWith(there), settings, print: () => {} }, source);
  expect(pulled.find(({ setting }) => setting === 'DATABASE_IMAGE')).toEqual(built);
  expect(pulled.find(({ setting }) => setting === 'APP_IMAGE')?.name).toBe('shortstack/app:app000000000');
});

test('an image of that name that is here stays, whatever a registry has', async () => {
  const images = new Map<string, Image>();
  const { DATABASE_IMAGE: built } = await build(images);
  const before = images.get(built?.name ?? '');
  const digest = `registry.example/me/database@sha256:${'d'.repeat(64)}`;
  images.set(digest, { id: `sha256:${'e'.repeat(64)}`, inputs: built?.name.split(':')[1] ?? '' });
  for (const name of ['app', 'autoscaler', 'certificates', 'backup', 'tools'])
    images.set(`registry.example/me/${name}:c0ffee`, { id: `sha256:${name.padEnd(64, '0')}`, inputs: '' });
  const source = { prefix: 'registry.example/me', tag: 'c0ffee', pinned: { database: digest } };
  await pullImages({ run: engineWith(images), settings, print: () => {} }, source);
  expect(images.get(built?.name ?? '')).toEqual(before);
});

test('the nginx that a server has of that version stays: it is asked for by its name', async () => {
  const here = new Map([['nginx:1.30.6', { id: `sha256:${'a'.repeat(64)}`, inputs: '' }]]);
  const found = await foreignImages({ run: engineWith(here), settings, print: () => {} });
  expect(found).toEqual([{ name: 'nginx:1.30.6', id: 'nginx:1.30.6' }]);
});

test.each(['', 'docker.io/', 'index.docker.io/'])(
  'one of ours that is missing is never asked of a public registry, where that name is of somebody else: %j',
  async (registry) => {
    const image = `${registry}shortstack/app:0123456789ab`;
    const engine = engineWith(new Map());
    const asked: string[] = [];
    const run: Run = (program, args) => {
      asked.push(args.join(' '));
      return engine(program, args);
    };
    await expect(fetchImage({ run }, image)).rejects.toThrow(`${image} is not on this machine`);
    expect(asked.filter((words) => words.startsWith('pull'))).toEqual([]);
    await expect(fetchImage({ run }, 'registry.example/shortstack/app:1')).rejects.toThrow();
    expect(asked).toContain('pull --quiet registry.example/shortstack/app:1');
  },
);
