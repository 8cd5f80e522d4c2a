import { expect, test } from '@jest/globals';
import { createMetrics } from '../../src/metrics.ts';
import { countEdgeRequest } from '../../src/observe/edge-tally.ts';

const request = (status: number, tried: number[], milliseconds = 5, weight = 1) => ({
  status,
  milliseconds,
  weight,
  kind: 'redirect' as const,
  tries: tried.map((one) => ({ address: 'a', status: one })),
});

const lines = async (metrics: ReturnType<typeof createMetrics>): Promise<string[]> =>
  (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('edge_'));

test('nothing yet → what alerts divide is there with 0', async () => {
  const told = await lines(createMetrics());
  expect(told).toContain('edge_requests_total{kind="redirect",status="503",by="edge"} 0');
  expect(told).toContain('edge_request_duration_seconds_count{kind="redirect"} 0');
});

test('an answer of a replica, one that nginx had to make, and a retried one → told apart', async () => {
  const metrics = createMetrics();
  for (const one of [request(503, [503]), request(503, []), request(503, [502]), request(302, [502, 302])])
    countEdgeRequest(metrics.edge, one);
  const told = await lines(metrics);
  expect(told).toContain('edge_requests_total{kind="redirect",status="503",by="app"} 1');
  expect(told).toContain('edge_requests_total{kind="redirect",status="503",by="edge"} 2');
  expect(told).toContain('edge_requests_total{kind="redirect",status="302",by="app"} 1');
});

test('a line that stands for a hundred → a hundred in its bucket and in all above', async () => {
  const metrics = createMetrics();
  countEdgeRequest(metrics.edge, request(302, [302], 60, 100));
  countEdgeRequest(metrics.edge, request(302, [302], 60_000, 1));
  const told = await lines(metrics);
  const bucket = (le: string) => `edge_request_duration_seconds_bucket{le="${le}",kind="redirect"}`;
  expect(told).toContain(`${bucket('0.05')} 0`);
  expect(told).toContain(`${bucket('0.1')} 100`);
  expect(told).toContain(`${bucket('30')} 100`);
  expect(told).toContain(`${bucket('+Inf')} 101`);
  expect(told).toContain('edge_request_duration_seconds_count{kind="redirect"} 101');
  expect(told).toContain('edge_request_duration_seconds_sum{kind="redirect"} 66');
});
