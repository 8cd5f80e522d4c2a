import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { configurationPage, referenceFiles } from '../../src/commands/reference.ts';

const root = join(import.meta.dirname, '..', '..', '..');

test('the committed files are what the tables say: else run `npm run generate`', async () => {
  const files = await referenceFiles();
  expect(Object.keys(files)).toEqual(['docs/configuration.md']);
  for (const [path, content] of Object.entries(files)) {
    expect([path, await readFile(join(root, path), 'utf8')]).toEqual([path, content]);
  }
});

const row = {
  name: 'A_SETTING',
  schema: { description: 'on | off' },
  fallback: 'on',
  meaning: 'What it does.',
  unit: 's',
  secret: true,
};

test('a setting in the page: one row, that a bar in a text does not break', () => {
  expect(configurationPage([row])).toContain(
    '| `A_SETTING` | `on` | on \\| off; s | What it does. Secret: never shown in a message. |',
  );
});
