import { describe, expect, test } from '@jest/globals';
import {
  addRequest,
  answeredSince,
  countRequests,
  countUnanswered,
  noFigures,
  p95,
} from '../../src/observe/figures.ts';

const request = (status: number, address: string, weight = 1, milliseconds = 5) => ({
  status,
  milliseconds,
  weight,
  kind: 'redirect' as const,
  tries: [{ address, status }],
});
const all = { from: 0, to: 1e12 };

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

  test('when a replica last answered is known: any answer of its own, not that it could not be reached', () => {
    const figures = noFigures();
    addRequest(figures, request(503, 'a'), 1_000);
    addRequest(figures, request(504, 'b'), 1_000);
    addRequest(figures, { ...request(502, 'c'), tries: [{ address: 'c', status: 0 }] }, 1_000);
    expect(['a', 'b', 'c'].map((address) => answeredSince(figures, address, 999))).toEqual([true, false, false]);
    expect(answeredSince(figures, 'a', 1_000)).toBe(false);
    for (let n = 0; n < 64; n += 1) addRequest(figures, request(200, `later-${n}`), 2_000);
    expect(figures.answered.size).toBe(64);
    expect(answeredSince(figures, 'a', 999)).toBe(false);
  });

  test('an answer that ends now and began long ago → no sign of life since then, and none is taken back by it', () => {
    const figures = noFigures();
    const download = { ...request(200, 'a', 1, 20_000), tries: [{ address: 'a', status: 200, answeredAfter: 5 }] };
    addRequest(figures, download, 30_000);
    expect(answeredSince(figures, 'a', 10_000)).toBe(true);
    expect(answeredSince(figures, 'a', 10_005)).toBe(false);
    addRequest(figures, request(302, 'a'), 31_000);
    addRequest(figures, download, 32_000);
    expect(answeredSince(figures, 'a', 30_999)).toBe(true);
  });

  test('errors that a replica did not answer are told from those that it did', () => {
    const figures = noFigures();
    for (const status of [302, 500, 503, 502, 504, 0]) addRequest(figures, request(status, 'a', 10), 1_000);
    addRequest(figures, request(502, 'b'), 1_000);
    expect(countRequests(figures, all, new Set(['a'])).errors).toBe(50);
    expect(countUnanswered(figures, all, new Set(['a']))).toBe(30);
    expect(countUnanswered(figures, { from: 2_000, to: 3_000 }, new Set(['a']))).toBe(0);
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

  test('a slow replica that answers seldom, beside one that answers all the time → told', () => {
    const figures = noFigures();
    for (let second = 0; second < 25; second += 1) {
      addRequest(figures, request(302, 'slow', 1, 900), second * 1_000);
      for (let index = 0; index < 600; index += 1) addRequest(figures, request(302, 'quick', 1, 5), second * 1_000);
    }
    expect(p95(figures, all, new Set(['slow']))).toBe(900);
    expect(figures.latencies.get('quick')?.length).toBeLessThanOrEqual(2_048);
  });

  test('of a busy replica only the last lines are kept → each replica still has its share of the whole', () => {
    const share = (slow: number) => {
      const figures = noFigures();
      for (let second = 0; second < 10; second += 1) {
        for (let index = 0; index < slow; index += 1) addRequest(figures, request(302, 'slow', 1, 800), second * 1_000);
        for (let index = 0; index < 600; index += 1) addRequest(figures, request(302, 'quick', 1, 5), second * 1_000);
      }
      return p95(figures, { from: 0, to: 10_000 });
    };
    expect(share(20)).toBe(5);
    expect(share(40)).toBe(800);
  });

  test('a replica that is gone → forgotten when nothing asks for its time any more', () => {
    const figures = noFigures();
    addRequest(figures, request(302, 'gone'), 1_000);
    addRequest(figures, request(302, 'seldom', 1, 7), 1_000);
    addRequest(figures, request(302, 'seldom', 1, 8), 100_000);
    addRequest(figures, request(302, 'other'), 190_000);
    expect([...figures.latencies.keys()]).toEqual(['seldom', 'other']);
    expect([...figures.answered.keys()]).toEqual(['seldom', 'other']);
    expect(figures.latencies.get('seldom')?.map(({ milliseconds }) => milliseconds)).toEqual([8]);
  });

  test('a flood → bounded', () => {
    const figures = noFigures();
    for (let second = 0; second < 1_000; second += 1)
      for (let index = 0; index < 100; index += 1) addRequest(figures, request(302, `a${index}`), second * 1_000);
    expect(figures.seconds.length).toBeLessThanOrEqual(181);
    expect(figures.latencies.size).toBeLessThanOrEqual(64);
    expect(figures.seconds.at(-1)?.byAddress.size).toBeLessThanOrEqual(64);
  });
});
