import { describe, expect, test } from '@jest/globals';
import { parseLoadOptions } from '../../src/load/options.ts';
import { allowedTarget } from '../../src/load/target.ts';

describe('where load may go', () => {
  test.each(['http://127.0.0.1:8080', 'http://localhost', 'https://[::1]:8443', 'http://127.9.9.9'])(
    '%s is this machine',
    (target) => expect(allowedTarget([target])).toBe(new URL(target).origin),
  );
  test.each(['http://example.com', 'http://10.0.0.1:8080', 'http://127.0.0.1.example.com', 'http://0.0.0.0'])(
    '%s must be said twice',
    (target) => {
      expect(() => allowedTarget([target])).toThrow('twice');
      expect(allowedTarget([target, target])).toBe(new URL(target).origin);
    },
  );
  test('two different ones, or a path, are refused', () => {
    expect(() => allowedTarget(['http://a.example', 'http://b.example'])).toThrow('--target');
    expect(() => allowedTarget(['http://127.0.0.1/urls'])).toThrow('an address such as');
  });
});

describe('the words behind load', () => {
  test('all of them', () =>
    expect(parseLoadOptions(['zipf', '--duration', '5m', '--rate', '700', '--rows', '20000', '--out', 'x'])).toEqual({
      scenario: 'zipf',
      seconds: 300,
      rate: 700,
      users: undefined,
      rows: 20_000,
      target: undefined,
      processes: [],
      out: 'x',
      baseline: undefined,
    }));
  test('processes to watch', () => {
    expect(parseLoadOptions(['zipf', '--process', 'app=12']).processes).toEqual([{ service: 'app', pid: 12 }]);
    expect(() => parseLoadOptions(['zipf', '--process', '12'])).toThrow('app=123');
  });
  test.each([
    [[]],
    [['toString']],
    [['smoke', 'spike']],
    [['smoke', '--fast']],
    [['smoke', '--rate', '-1']],
    [['smoke', '--duration', '5d']],
  ])('%j is refused', (argv) => expect(() => parseLoadOptions(argv)).toThrow());
});
