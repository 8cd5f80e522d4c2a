import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { joinCodes, parseAlias, parseCode, parseImported, type ShortCode } from '../../src/codes/short-code.ts';
import { words } from '../../src/words.ts';

test.each(['a', '0', 'abc', 'A_b-9', 'x'.repeat(32)])('%s may be a code', (segment) => {
  expect(parseCode(segment)).toBe(segment);
});

test.each(['', 'x'.repeat(33), 'a+', 'a.b', 'a b', 'ä', 'a\n', '%41', 'a/b'])('%j is no code', (segment) => {
  expect(parseCode(segment)).toBeUndefined();
});

test.each(['abc', 'A_b-9', 'x'.repeat(32), '___'])('%s may be chosen', (alias) => {
  expect(parseAlias(alias)).toBe(alias);
});

test.each(['ab', 'x'.repeat(33), 'abc\n', 'a b', 'straße'])('%j may not be chosen', (alias) => {
  expect(parseAlias(alias)).toBeUndefined();
});

test('no word that a route has may be chosen, in any case', () => {
  for (const word of words) {
    expect(parseAlias(word)).toBeUndefined();
    expect(parseAlias(word.toUpperCase())).toBeUndefined();
  }
});

test('what replicas are asked for before they serve is a code, and no link can have it', () => {
  const file = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docker-compose.yml'), 'utf8');
  const code = /AUTOSCALER_WARM_PATHS: .*,\/(\S+)$/m.exec(file)?.[1] ?? '';
  expect(parseCode(code)).toBe(code);
  expect([parseAlias(code), parseImported(code)]).toEqual([undefined, undefined]);
});

const codes = (count: number): ShortCode[] => Array.from({ length: count }, (_, n) => `code${n}` as ShortCode);

test('a few thousand codes are told one by one, more count as all', () => {
  expect(joinCodes(codes(3_000), codes(2_000))).toHaveLength(5_000);
  expect(joinCodes(codes(3_000), codes(2_001))).toBe('all');
  expect(joinCodes('all', codes(1))).toBe('all');
  expect(joinCodes(codes(1), 'all')).toBe('all');
});
