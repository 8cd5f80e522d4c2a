import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { stackPage, stackPagePath } from '../src/reference.ts';
import { stackSettings } from '../src/settings.ts';

const root = join(import.meta.dirname, '..', '..');

test('the page of settings is what the table says now: else run `npm run generate`', () =>
  expect(readFileSync(join(root, stackPagePath), 'utf8')).toBe(stackPage(stackSettings)));

test('each setting is a row, a secret is called one', () => {
  const page = stackPage(stackSettings);
  for (const { name } of stackSettings) expect(page).toContain(`| \`${name}\` |`);
  expect(page).toMatch(/\| `API_KEY` \|.*Secret\. \|/);
});
