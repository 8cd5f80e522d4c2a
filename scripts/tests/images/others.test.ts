import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { planImagesCommand } from '../../src/commands/plan-images.ts';
import { imagesOfOthers, type Part } from '../../src/images/others.ts';
import type { PlannedImage } from '../../src/images/plan.ts';
import type { Run } from '../../src/platform/run.ts';

const root = join(import.meta.dirname, '..', '..', '..');
type Service = { image: string; profiles?: string[] };
const { services } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
};

/** Answers as Compose does without any setting: a line a service that the profiles let run. */
const compose: Run = async (_program, args) => {
  const runs = ({ profiles }: Service) => !profiles || args.includes('*');
  const lines = Object.values(services).filter(runs);
  const stdout = `${lines.map(({ image }) => image.replace(/\$\{\w+:-(.*)\}/, '$1')).join('\n')}\n`;
  return args[0] === 'compose' && args.at(-1) === '--images'
    ? { code: 0, stdout, stderr: '' }
    : { code: 1, stdout: '', stderr: 'not here' };
};
const repositories = async (part: Part) =>
  (await imagesOfOthers({ run: compose }, part)).map((name) => name.replace(/:.*/, ''));

test('the core: what the internet and every request go through, each once and none of ours', async () =>
  expect(await repositories('core')).toEqual(['nginx', 'valkey/valkey']));

test('everything: also what is there with monitoring alone', async () => {
  const all = await repositories('all');
  expect(all).toEqual(expect.arrayContaining(['nginx', 'valkey/valkey', 'grafana/grafana', 'prom/prometheus']));
  expect(all.join()).not.toMatch(/shortstack|\$/);
});

test('Compose cannot read its file: that fails, or nothing would be looked at', async () => {
  const run: Run = async () => ({ code: 15, stdout: '', stderr: 'no such profile' });
  await expect(imagesOfOthers({ run }, 'core')).rejects.toThrow('no such profile');
});

const digest = `sha256:${'a'.repeat(64)}`;

/** The same, with a registry that has every image of the newest commit. */
const machine: Run = async (program, args, options) => {
  if (program === 'git') return { code: args.includes('--first-parent') ? 0 : 1, stdout: 'abc\n', stderr: '' };
  const there = args.includes('imagetools') && args.at(-1)?.endsWith(':abc');
  return there ? { code: 0, stdout: `"digest": "${digest}"`, stderr: '' } : compose(program, args, options);
};

/** The outputs of a workflow's step. */
async function planned(...argv: string[]): Promise<Record<string, unknown>> {
  const printed: string[] = [];
  const print = (line: string) => void printed.push(line);
  const context = { root, env: {}, argv, run: machine, print, printError: print };
  expect(await planImagesCommand(context as unknown as Parameters<typeof planImagesCommand>[0])).toBe(0);
  const split = (line: string) => [line.slice(0, line.indexOf('=')), JSON.parse(line.slice(line.indexOf('=') + 1))];
  return Object.fromEntries(printed.map(split));
}

test('for a change: what is built, and what the core takes from others; for a night: all that is taken', async () => {
  const change = await planned('r.example/me/it');
  expect(Object.keys(change)).toEqual(['images', 'others']);
  expect(change['others']).toEqual(await imagesOfOthers({ run: compose }, 'core'));
  expect(await planned('--others')).toEqual({ others: await imagesOfOthers({ run: compose }, 'all') });
});

test('for a night: ours by their digests, as the newest commit has them in the registry', async () => {
  const { images } = await planned('r.example/me/it', '--published');
  const references = (images as PlannedImage[]).map(({ reference }) => reference);
  expect(references).toEqual((images as PlannedImage[]).map(({ repository }) => `${repository}@${digest}`));
  expect(references).toHaveLength(6);
});
