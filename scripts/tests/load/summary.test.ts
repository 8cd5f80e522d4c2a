import { describe, expect, test } from '@jest/globals';
import { readLive } from '../../src/load/k6-live.ts';
import { brokenThresholds, createdOf, failuresOf, phaseFigures, type Summary } from '../../src/load/summary.ts';

/** As k6 hands it over: a phase's figures are those of the scenario of its name. */
const summary: Summary = {
  metrics: {
    'redirects_started{scenario:load}': { values: { count: 100, rate: 10 }, thresholds: { 'count>=0': { ok: true } } },
    'redirects_answered{scenario:load}': { values: { count: 98, rate: 9.8 } },
    'redirects_failed{scenario:load}': { values: { rate: 0.02 }, thresholds: { 'rate<=0.001': { ok: false } } },
    'redirect_duration{scenario:load}': { values: { avg: 3, min: 1, med: 2, 'p(95)': 9, 'p(99)': 20, max: 30 } },
    'api_failed{scenario:load}': { values: { rate: 0.25, passes: 5, fails: 15 } },
    'edge_duration{scenario:load}': { values: { med: 1, 'p(95)': 3, 'p(99)': 4, max: 5 } },
    'http_reqs{scenario:load}': { values: { count: 120, rate: 12 } },
    shed: { values: { count: 2, rate: 0 } },
    shed_redirects: { values: { count: 1, rate: 0 } },
    shed_duration: { values: { 'p(95)': 12 } },
    shed_with_retry_after: { values: { rate: 1 } },
    urls_created: { values: { count: 7, rate: 1 } },
  },
};
const load = { name: 'load', kind: 'rate', start: 3, seconds: 10, rate: 12, judged: true } as const;

describe("k6's summary", () => {
  test('the figures of a phase; what it does not have is 0', () =>
    expect(phaseFigures(summary, load)).toEqual({
      phase: load,
      requests: 120,
      perSecond: 12,
      started: 100,
      answered: 98,
      failed: 0.02,
      redirect: { p50: 2, p95: 9, p99: 20, max: 30 },
      apiAsked: 20,
      apiFailed: 0.25,
      api: { p50: 0, p95: 0, p99: 0, max: 0 },
      edge: { p50: 1, p95: 3, p99: 4, max: 5 },
      shed: 0,
      dropped: 0,
    }));
  test('failures by kind, and links created', () => {
    expect(failuresOf(summary)).toEqual({
      shed: 2,
      shedRedirects: 1,
      shedP95: 12,
      shedTold: 1,
      noAnswer: 0,
      broken: 0,
      unexpected: 0,
    });
    expect(createdOf(summary)).toBe(7);
  });
  test('the objectives that did not hold, of phases that are judged', () => {
    expect(brokenThresholds(summary, [load])).toEqual(['redirects_failed{scenario:load}: rate<=0.001']);
    expect(brokenThresholds(summary, [{ ...load, judged: false }])).toEqual([]);
  });
});

test('what k6 counts while it runs', () => {
  const metric = (id: string, sample: Record<string, number>) => ({ id, attributes: { sample } });
  const data = [
    metric('http_reqs', { count: 500, rate: 50 }),
    metric('shed', { count: 2, rate: 0 }),
    metric('failed_no_answer', { count: 1, rate: 0 }),
    metric('vus', { value: 12 }),
  ];
  expect(readLive({ data }, 10)).toEqual({ seconds: 10, requests: 500, failed: 3, dropped: 0, users: 12 });
});
