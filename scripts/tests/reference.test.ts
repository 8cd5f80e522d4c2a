import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { referenceFiles } from '../src/commands/generate.ts';
import { stackPage } from '../src/reference.ts';
import { stackSettings } from '../src/settings.ts';

const root = join(import.meta.dirname, '..', '..');

test('the committed files are what the tables say now: else run `npm run generate`', async () => {
  const files = await referenceFiles(root);
  expect(Object.keys(files)).toEqual(['docs/stack-configuration.md', '.env.example']);
  for (const [path, content] of Object.entries(files))
    expect([path, readFileSync(join(root, path), 'utf8')]).toEqual([path, content]);
});

test('each setting is a row, a secret is called one', () => {
  const page = stackPage(stackSettings);
  for (const { name } of stackSettings) expect(page).toContain(`| \`${name}\` |`);
  expect(page).toMatch(/\| `API_KEY` \|.*Secret\. \|/);
});
