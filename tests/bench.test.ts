import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Growth } from '../bench/growth.ts';
import { growthVerdict } from '../bench/growth-verdict.ts';
import { lostClicks, redirectsOf } from '../bench/lost-clicks.ts';

describe('the clicks of a benchmark', () => {
  const counted = { what: 'hot', redirects: 100, clicks: 102, stored: 102 };
  test('are as many as the redirects, and those of connections that were cut', () =>
    expect(lostClicks([counted, { what: 'stack', redirects: 100, clicks: 100 }])).toEqual([]));
  test('that are missing, or not in Postgres, or twice there, are lost', () => {
    expect(lostClicks([{ ...counted, clicks: 99, stored: 99 }])).toEqual([
      'hot: 100 redirects were answered, 99 clicks were counted',
    ]);
    expect(
      lostClicks([
        { ...counted, stored: 101 },
        { ...counted, stored: 103 },
      ]),
    ).toHaveLength(2);
  });
  test('are those of answers that were redirects', () => {
    expect(redirectsOf('zipf', { requests: 100, refused: 10 })).toBe(90);
    expect(redirectsOf('unknown', { requests: 100, refused: 100 })).toBeUndefined();
    expect(lostClicks([{ ...counted, redirects: undefined, clicks: 0, stored: 0 }])).toEqual([]);
  });
});

test('growth is within its goal figure by figure; an export of few rows says nothing', () => {
  const speed = { perSecond: 1, ratio: 0.6, p99: 10 };
  const small: Growth = {
    ...{ urls: 1_000, events: 0, hit: speed, miss: { ...speed, postgresMicros: 1 } },
    ...{ list: 4, stats: 5, history: 5, exportRate: 1 },
  };
  const middle = { ...small, urls: 100_000, exportRate: 30_000 };
  const large = { ...small, urls: 10_000_000, hit: { ...speed, ratio: 0.55 }, list: 5, exportRate: 24_000 };
  const lines = growthVerdict([small, middle, large]).split('\n');
  expect(lines).toContain('- redirects, share of the ceiling: 8 % worse ✓');
  expect(lines).toContain('- page of urls: 25 % worse ✗');
  expect(lines).toContain('- export: 20 % worse ✗');
  expect(lines.filter((line) => line.endsWith('✓'))).toHaveLength(6);
});

test.each([['--case=hto'], ['--soak=long'], ['--rounds=0']])('%s is refused before anything is started', (word) => {
  const main = join(import.meta.dirname, '..', 'bench', 'main.ts');
  const { status, stderr } = spawnSync(process.execPath, [main, word], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([1, expect.stringMatching(/--case hto: one of hot|takes a whole number/)]);
});
