import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { inputsOf } from '../../src/images/inputs.ts';
import { planImages } from '../../src/images/plan.ts';
import type { Run } from '../../src/platform/run.ts';

const dockerfile = readFileSync(join(import.meta.dirname, '..', '..', '..', 'Dockerfile'), 'utf8');
const digest = `sha256:${'d'.repeat(64)}`;

/** A registry in which there is an image of this name, and no other. */
function plan(name: string, env: Record<string, string> = {}) {
  const run: Run = async (_program, args) =>
    args.at(-1) === name
      ? { code: 0, stdout: `{\n  "mediaType": "an index",\n  "digest": "${digest}",\n  "size": 523\n}`, stderr: '' }
      : { code: 1, stdout: '', stderr: `${args.at(-1)}: not found` };
  return planImages({ run, dockerfile, env }, 'r.example/Me/It');
}
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
