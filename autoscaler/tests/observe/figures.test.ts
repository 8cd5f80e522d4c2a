import { describe, expect, test } from '@jest/globals';
import { addRequest, countRequests, noFigures, p95, parseEdgeLine } from '../../src/observe/figures.ts';

const line = (status: number, time: number, weight: number, statuses: string, addresses: string) =>
  `<190>nginx: edge status=${status} time=${time} weight=${weight} upstream_status="${statuses}" upstream="${addresses}"`;
const request = (status: number, address: string, weight = 1, milliseconds = 5) => ({
  status,
  milliseconds,
  weight,
  kind: 'redirect' as const,
  tries: [{ address, status }],
});
const all = { from: 0, to: 1e12 };

describe('a line of the edge', () => {
  test('retried on another replica → both tries', () => {
    expect(parseEdgeLine(line(302, 0.012, 100, '502, 302', '10.0.0.1:80, 10.0.0.2:80'))).toEqual({
      status: 302,
      milliseconds: 12,
      weight: 100,
      kind: 'other',
      tries: [
        { address: '10.0.0.1:80', status: 502 },
        { address: '10.0.0.2:80', status: 302 },
      ],
    });
  });

  test('answered by the edge itself → no tries', () => {
    expect(parseEdgeLine(line(503, 0, 1, '-', '-'))?.tries).toEqual([]);
  });

  test('a redirect → told as one', () => {
    expect(parseEdgeLine(`${line(302, 0.01, 1, '302', '10.0.0.1:80')} kind=redirect`)?.kind).toBe('redirect');
    expect(parseEdgeLine(`${line(302, 0.01, 1, '302', '10.0.0.1:80')} kind=other`)?.kind).toBe('other');
  });

  test('anything else → not a line', () => {
    expect(parseEdgeLine('<190>nginx: hello')).toBeUndefined();
  });
});

describe('figures', () => {
  test('sampled requests count for all they stand for', () => {
    const figures = noFigures();
    addRequest(figures, request(302, 'a', 100), 1_000);
    addRequest(figures, request(500, 'b'), 1_500);
    addRequest(figures, request(302, 'a', 100), 2_500);
    expect(countRequests(figures, all)).toEqual({ requests: 201, errors: 1 });
    expect(countRequests(figures, { from: 2_000, to: 3_000 })).toEqual({ requests: 100, errors: 0 });
    expect(countRequests(figures, all, new Set(['b']))).toEqual({ requests: 1, errors: 1 });
  });

  test('a try without an answer is an error of that replica', () => {
    const figures = noFigures();
    addRequest(
      figures,
      {
        ...request(302, 'b', 100),
        tries: [
          { address: 'a', status: 0 },
          { address: 'b', status: 302 },
        ],
      },
      0,
    );
    expect(countRequests(figures, all, new Set(['a'])).errors).toBe(100);
    expect(countRequests(figures, all).errors).toBe(0);
  });

  test('p95 of too few → unknown, of enough → the 95th of a hundred', () => {
    const figures = noFigures();
    for (let index = 1; index <= 19; index += 1) addRequest(figures, request(302, 'a', 100, index), 1_000);
    expect(p95(figures, all)).toBeNull();
    for (let index = 20; index <= 100; index += 1) addRequest(figures, request(302, 'a', 100, index), 1_000);
    expect(p95(figures, all)).toBe(95);
    expect(p95(figures, all, new Set(['b']))).toBeNull();
  });

  test('slow requests that were all told, among ones of which a hundredth was → count for one each', () => {
    const figures = noFigures();
    for (let index = 1; index <= 20; index += 1) addRequest(figures, request(302, 'a', 100, 5), 1_000);
    for (let index = 1; index <= 20; index += 1) addRequest(figures, request(302, 'a', 1, 900), 1_000);
    expect(p95(figures, all)).toBe(5);
  });

  test('a flood → bounded', () => {
    const figures = noFigures();
    for (let second = 0; second < 1_000; second += 1)
      for (let index = 0; index < 100; index += 1) addRequest(figures, request(302, `a${index}`), second * 1_000);
    expect(figures.seconds.length).toBeLessThanOrEqual(181);
    expect(figures.latencies.length).toBeLessThanOrEqual(4_096);
    expect(figures.seconds.at(-1)?.byAddress.size).toBeLessThanOrEqual(64);
  });
});
