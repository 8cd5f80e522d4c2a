import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { inputsOf } from '../../src/images/inputs.ts';
import { planImages, publishedImages } from '../../src/images/plan.ts';
import type { Run } from '../../src/platform/run.ts';

const dockerfile = readFileSync(join(import.meta.dirname, '..', '..', '..', 'Dockerfile'), 'utf8');
const digest = `sha256:${'d'.repeat(64)}`;

/** A registry in which there are images of these names, and no others. */
const registry =
  (has: (name: string) => boolean): Run =>
  async (_program, args) =>
    has(args.at(-1) ?? '')
      ? { code: 0, stdout: `{\n  "mediaType": "an index",\n  "digest": "${digest}",\n  "size": 523\n}`, stderr: '' }
      : { code: 1, stdout: '', stderr: `${args.at(-1)}: not found` };
const plan = (name: string, env: Record<string, string> = {}) =>
  planImages({ run: registry((other) => other === name), dockerfile, env }, 'r.example/Me/It');
const database = async (name: string, env?: Record<string, string>) =>
  (await plan(name, env)).find(({ target }) => target === 'database');

test('what the registry has of the same inputs is taken from there; everything else is built', async () => {
  const there = `r.example/me/it/database:inputs-${inputsOf(dockerfile, 'database')}`;
  const images = await plan(there);
  expect(images.map(({ target, reference }) => [target, reference])).toEqual([
    ['app', ''],
    ['autoscaler', ''],
    ['certificates', ''],
    ['database', `r.example/me/it/database@${digest}`],
    ['backup', ''],
    ['tools', ''],
  ]);
});

test('what is built says what it was made from, and is found by that next time', async () => {
  const inputs = inputsOf(dockerfile, 'database');
  expect(await database('')).toMatchObject({
    reference: '',
    name: `inputs-${inputs}`,
    labels: `shortstack.inputs=${inputs}`,
    arguments: '',
  });
});

test('another Postgres is another image, and every build is told of it', async () => {
  const env = { POSTGRES_IMAGE: 'postgres:18.1' };
  const before = `r.example/me/it/database:inputs-${inputsOf(dockerfile, 'database')}`;
  expect(await database(before, env)).toMatchObject({ reference: '', arguments: 'POSTGRES_IMAGE=postgres:18.1' });
  for (const image of await plan('', env)) expect(image.arguments).toBe('POSTGRES_IMAGE=postgres:18.1');
});

describe('what was deployed', () => {
  const [newest, middle, oldest] = ['c', 'b', 'a'].map((sign) => sign.repeat(40)) as [string, string, string];
  const published = (has: (name: string) => boolean) =>
    publishedImages({ run: registry(has), dockerfile, env: {} }, 'r.example/Me/It', [newest, middle, oldest]);
  const references = (images: Awaited<ReturnType<typeof published>>) =>
    images.map(({ target, reference }) => [target, reference]);

  test('is what the newest commit has that has every image, and not what would be built', async () => {
    const asked: string[] = [];
    const images = await published((name) => {
      asked.push(name);
      // Of the newest CI has named one, and was ended.
      return name === `r.example/me/it/app:${newest}` || name.endsWith(middle) || name.endsWith(oldest);
    });
    const targets = ['app', 'autoscaler', 'certificates', 'database', 'backup', 'tools'];
    expect(references(images)).toEqual(targets.map((target) => [target, `r.example/me/it/${target}@${digest}`]));
    expect(asked.filter((name) => name.endsWith(oldest))).toEqual([]);
    expect(asked).toContain(`r.example/me/it/tools:${middle}`);
  });
  test('is not in the registry yet: what is planned is built', async () =>
    expect(await published(() => false)).toEqual(await plan('')));
});
