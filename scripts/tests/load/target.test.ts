import { describe, expect, test } from '@jest/globals';
import { edgeOptions } from '../../../k6/lib/edge.ts';
import { parseLoadOptions } from '../../src/load/options.ts';
import { namedTarget } from '../../src/load/service.ts';
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

test('a stack with a name is asked by it, and the name is this machine, whatever a name server says', () => {
  const service = { target: 'https://127.0.0.1:8443', name: 'go.example.com' };
  expect(namedTarget(service)).toBe('https://go.example.com:8443');
  expect(edgeOptions('go.example.com')).toEqual({
    hosts: { 'go.example.com': '127.0.0.1' },
    insecureSkipTLSVerify: true,
  });
  expect([namedTarget({ target: 'http://127.0.0.1' }), edgeOptions('')]).toEqual(['http://127.0.0.1', {}]);
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
    expect(parseLoadOptions(['zipf', '--target', 'http://127.0.0.1', '--process', 'app=12']).processes).toEqual([
      { service: 'app', pid: 12 },
    ]);
    expect(() => parseLoadOptions(['zipf', '--target', 'http://127.0.0.1', '--process', '12'])).toThrow('app=123');
  });
  test.each([
    ['stress', '--users', '5000', '5001'],
    ['smoke', '--rate', '100000', '100001'],
    ['smoke', '--duration', '4h', '14401s'],
    ['soak', '--duration', '240m', '999999h'],
  ])('%s %s: up to %s, and no more', (scenario, name, most, more) => {
    expect(() => parseLoadOptions([scenario, name, most])).not.toThrow();
    expect(() => parseLoadOptions([scenario, name, more])).toThrow(`${name} ${more}: `);
  });
  test.each([
    [[]],
    [['toString']],
    [['smoke', 'spike']],
    [['smoke', '--fast']],
    [['smoke', '--users', '5']],
    [['stress', '--rate', '5']],
    [['smoke', '--process', 'app=12']],
    [['smoke', '--rate', '-1']],
    [['smoke', '--duration', '5d']],
  ])('%j is refused', (argv) => expect(() => parseLoadOptions(argv)).toThrow());
});
