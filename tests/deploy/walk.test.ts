import { expect, test } from '@jest/globals';
import { lastRelease, leadsTo } from './support/server.ts';
import { readWalk } from './support/walk.ts';

/** A line of the documentation as a pattern: numbers and names by content are others each time, … is anything. */
function pattern(line: string): RegExp {
  const other = (text: string) => (text.length === 12 ? '[0-9a-f]{12}' : '\\d+');
  const parts = line
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\b[0-9a-f]{12}\b|(?<![\w-])\d+/g, other));
  return new RegExp(parts.join('.*'));
}

/** The first line that is said to be seen and was not, in its order. */
function firstMissing(expected: string, said: string): string | undefined {
  const lines = said.split('\n');
  let from = 0;
  for (const line of expected.split('\n').filter((text) => text !== '' && text !== '…')) {
    const at = lines.findIndex((text, index) => index >= from && pattern(line).test(text));
    if (at < 0) return line;
    from = at + 1;
  }
  return undefined;
}

test('docs/deployment.md to the letter: each command does what it says, up to a link that is followed', async () => {
  const walked = readWalk();
  expect(walked.length).toBeGreaterThanOrEqual(5);
  for (const { commands, expected, said, seconds } of walked) {
    const missing = firstMissing(expected, said);
    expect([commands, missing, missing === undefined ? '' : said]).toEqual([commands, undefined, '']);
    console.info(`${seconds} s: ${commands.split('\n')[0]}`);
  }
  expect(walked.filter(({ expected }) => expected !== '').length).toBeGreaterThanOrEqual(3);
  expect(await leadsTo('first')).toBe('https://www.example.com/a/long/way');
  expect(await lastRelease()).toContain('serves');
});
